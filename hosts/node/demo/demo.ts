import type { Model } from "../../emulator/families.js";
import { Stage } from "./stage.js";
import { tellStory } from "./story.js";
import { StoryError } from "./story-error.js";

const EXIT_STORY = 1;

/** Tells the story on standard output; the exit status says whether it went as told. */
export async function demo(model: Model): Promise<void> {
	const stage = new Stage({ model, stream: process.stdout });
	try {
		await tellStory(stage, model);
	} catch (error) {
		if (!(error instanceof StoryError)) throw error;
		stage.end();
		process.stderr.write(`error: the story did not go as told. ${error.message}\n`);
		process.exitCode = EXIT_STORY;
	}
}
