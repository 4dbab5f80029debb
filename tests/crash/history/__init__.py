"""A history: people, bad weather and dying processes for a while, and then the books.

As one tests distributed databases: nobody says beforehand what each operation will lead to. When
all has settled, what must always be true is asked of the rows and of the gateway's charge book.

    journal   every operation, written down as it happens
    people    who asks, cancels, tries again, dismisses, changes budgets
    weather   faults of the gateway, and the deaths of workers and of the database
    settling  the weather ends, and workers run until nothing is left to do
    checks    what must be true then
    figures   what it came to
    play      all of it, one after the other
"""
