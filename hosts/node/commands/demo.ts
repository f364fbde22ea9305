import { type Command, Option } from "commander";
import { FAMILIES, type Model } from "../../emulator/families.js";

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
		.action(async ({ modem }: { modem: Model }) => {
			// A whole product comes with it, which no other command should wait for.
			const { demo } = await import("../demo/demo.js");
			await demo(modem);
		});
}
