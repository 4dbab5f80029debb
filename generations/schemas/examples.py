"""Answers as the API's description shows them."""

from typing import Any

from imagestudio.library.schemas.images import IMAGE_EXAMPLE

GENERATION: dict[str, Any] = {
    "id": "019aa1b2-7c00-7d11-8e22-93a4b5c6d7e8",
    "batch_id": "019aa1b2-7bff-7d11-8e22-93a4b5c6d7e7",
    "parent_id": None,
    "state": "completed",
    "model": "openai/gpt-image-2",
    "prompt": "A red fox in the snow",
    "parameters": {
        "quality": "high",
        "size": "1024x1536",
        "background": "auto",
        "output_format": "png",
    },
    "sources": [],
    "created_by": "019aa1b0-1111-7222-8333-444455556666",
    "requested_at": "2026-11-22T15:20:01.204Z",
    "admitted_at": "2026-11-22T15:20:01.204Z",
    "started_at": "2026-11-22T15:20:01.236Z",
    "ended_at": "2026-11-22T15:20:43.018Z",
    "cancel_requested_at": None,
    "dismissed_at": None,
    "position": None,
    "expected_seconds": None,
    "currency": "USD",
    "estimate_micros": 164_670,
    "cost_micros": 164_670,
    "cost_basis": "estimate",
    "attempts": [
        {
            "id": "019aa1b2-7c01-7d11-8e22-93a4b5c6d7e9",
            "number": 1,
            "state": "succeeded",
            "sent_at": "2026-11-22T15:20:01.251Z",
            "answered_at": "2026-11-22T15:20:42.760Z",
            "estimate_micros": 164_670,
            "cost_micros": 164_670,
            "logged_cost_micros": 164_670,
            "key_source": "Unified",
            "gateway_log_id": "01KAPZ5V7M8Q9R0S1T2V3W4X5Y",
            "error": None,
            "answer": {
                "state": "Completed",
                "result": {"image": "https://pictures.example.com/one.png"},
                "gatewayMetadata": {"keySource": "Unified"},
            },
        }
    ],
    "failure": None,
    "result": {"image_id": IMAGE_EXAMPLE["id"], "image": IMAGE_EXAMPLE},
}

ESTIMATE: dict[str, Any] = {
    "model": "openai/gpt-image-2",
    "count": 2,
    "is_estimate": True,
    "currency": "USD",
    "cost_micros": 164_670,
    "total_micros": 329_340,
    "breakdown": {"text_in_micros": 30, "image_in_micros": 0, "image_out_micros": 164_640},
    "hold_micros": 164_745,
    "total_hold_micros": 329_490,
    "expected_seconds": 45,
}
