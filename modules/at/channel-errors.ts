/** More commands were queued than a Channel holds. Nothing was sent. */
export class QueueFullError extends Error {
	override name = "QueueFullError";
}

/** A command was given to a Channel after its close(). */
export class ChannelClosedError extends Error {
	override name = "ChannelClosedError";
}

/** A command is no text that can be sent: `AT` and printable ASCII, within the limit. */
export class CommandError extends Error {
	override name = "CommandError";
}
