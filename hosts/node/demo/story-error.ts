/** The story did not go as it is told; the demo ends with status 1. */
export class StoryError extends Error {
	override name = "StoryError";
}
