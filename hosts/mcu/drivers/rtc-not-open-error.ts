/** The RTC was used after it was closed, or its driver never opened a bus. */
export class RtcNotOpenError extends Error {
	override name = "RtcNotOpenError";
}
