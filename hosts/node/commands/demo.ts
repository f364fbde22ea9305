import { type Command, Option } from "commander";
import { FAMILIES, type Model } from "../../emulator/families.js";
import { Stage } from "../demo/stage.js";
import { tellStory } from "../demo/story.js";
import { StoryError } from "../demo/story-error.js";

const EXIT_STORY = 1;

/** Adds `demo` to the program. */
export function registerDemo(program: Command): void {
	program
		.command("demo")
		.description("the whole story with an emulated product, in accelerated time")
		.addOption(
			new Option("--modem <model>", "which modem the product has")
				.choices(Object.keys(FAMILIES))
				.default("HL7800"),
		)
		.addHelpText(
			"after",
			"\nOn a terminal it takes most of a minute; elsewhere there are no pauses.\nExit status: 0 it went as told; 1 it did not; 64 wrong usage.",
		)
		.action(async ({ modem }: { modem: Model }) => demo(modem));
}

async function demo(model: Model): Promise<void> {
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
