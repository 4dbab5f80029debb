// Where months stand on an axis from 0 to 1: each takes room by how many pictures it has, but a little
// at least, so that one crowded month does not hide the others.
const little = 0.25; // of an even share
const apart = 22; // pixels between two labels
const words = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

export function name(month) {
  return words.format(new Date(`${month}-01T00:00:00Z`));
}

export class Axis {
  // `months` are `{month: "2026-10", count}` in the order of the list; a count may not be known.
  constructor(months) {
    this.months = months;
    this.isOldest = months[0].month < months.at(-1).month;
    const counts = months.map(({ count }) => count ?? 1);
    const sum = counts.reduce((all, count) => all + count, 0);
    this.total = months.some(({ count }) => count === null) ? null : sum;
    const least = little / months.length;
    const shares = counts.map((count) => least + (1 - little) * (count / sum));
    this.starts = [];
    let taken = 0;
    for (const share of shares) {
      this.starts.push(taken);
      taken += share;
    }
    this.starts.push(1);
  }

  start(index) {
    return this.starts[index];
  }

  // The month that a point of the axis belongs to.
  under(at) {
    const index = this.starts.findIndex((start) => start > at);
    return Math.min(this.months.length, index < 0 ? this.months.length : index) - 1;
  }

  // The place of a month in the list; of one that is not in it, the next one.
  indexOf(month) {
    const isReached = this.isOldest ? (one) => one.month >= month : (one) => one.month <= month;
    const index = this.months.findIndex(isReached);
    return index < 0 ? this.months.length - 1 : index;
  }

  // Where a day stands.
  at(day) {
    const index = this.indexOf(day.slice(0, 7));
    const into = (Number(day.slice(8)) - 1) / 31;
    const share = this.starts[index + 1] - this.starts[index];
    return this.starts[index] + share * (this.isOldest ? into : 1 - into);
  }

  // Years with their places, where they do not touch; other months without words.
  labels(height) {
    const labels = [];
    let last = -Infinity;
    let year = "";
    this.months.forEach(({ month }, index) => {
      const at = this.starts[index];
      const isNew = month.slice(0, 4) !== year;
      year = month.slice(0, 4);
      if (isNew && (at - last) * height >= apart) {
        labels.push({ text: year, at });
        last = at;
      } else if ((at - (labels.at(-1)?.at ?? -1)) * height >= 6) labels.push({ text: "", at });
    });
    return labels;
  }
}
