/** The window is closed: nothing was sent. */
export class NotPermittedError extends Error {
	override name = "NotPermittedError";
}

/** The modem's family cannot refuse this request, or the family is not known yet: nothing was sent. */
export class RefusalNotPossibleError extends Error {
	override name = "RefusalNotPossibleError";
}

/** A delay is no whole number of minutes that the modem takes: nothing was sent. */
export class DelayError extends Error {
	override name = "DelayError";
}

/** A text is no name of an access point: nothing was sent. */
export class AccessPointError extends Error {
	override name = "AccessPointError";
}
