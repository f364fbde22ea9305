import { Command } from "commander";
import { OLD } from "./versions.js";

export const FILES_HELP = `
  sensor-${OLD}.bin, display-${OLD}.bin   what two emulated processors run (emulate processor --image)
  self/slot-a, self/boot                our own MCU, ${OLD} (run --element self=self:DIR/self)
  images/                               the next firmware of all four (order new, run --images)

The images are MCUboot's, of pseudo-random code. The modem's package is one that only the emulated modem understands.
The same command gives the same bytes.`;

/** `update-window emulate files`: firmware for a trial of a whole set. */
export function filesCommand(): Command {
	return new Command("files")
		.exitOverride()
		.description("firmware files to try a set of four elements with")
		.requiredOption("--out <dir>", "directory for them; made if missing, files of these names are replaced")
		.addHelpText("after", FILES_HELP)
		.action(async ({ out }: { out: string }) => {
			const { writeFiles } = await import("./files.js");
			writeFiles(out);
		});
}
