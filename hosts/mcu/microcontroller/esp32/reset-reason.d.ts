/** The SDK's build/devices/esp32/modules/resetReason, for which it has no typings. `reason` is an esp_reset_reason_t. */
export default function getResetReason(): { readonly reason: number; readonly string: string };
