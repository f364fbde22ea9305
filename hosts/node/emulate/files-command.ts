import { join } from "node:path";
import { Command } from "commander";
import { emulatedDelta } from "../../emulator/emulated-delta.js";
import { mcubootImage } from "../../emulator/processor-image.js";
import { RELEASES } from "../demo/company.js";
import { makeDirectory, writeFileAtomically } from "../files.js";

const IMAGE_BYTES = 65_536;
const OLD = "1.0.0";
const NEW = "1.1.0";
const ELEMENTS = ["sensor", "display", "self"] as const;

export const FILES_HELP = `
  sensor-${OLD}.bin, display-${OLD}.bin   what two emulated processors run (emulate processor --image)
  self/slot-a, self/boot             our own MCU, ${OLD} (run --element self=self:DIR/self)
  images/                            the next firmware of all four (order new, run --images)

The images are MCUboot's, of pseudo-random code. The modem's package is one that only the emulated modem understands.
The same command gives the same bytes.`;

/** `update-window emulate files`: firmware for a trial of a whole set. */
export function filesCommand(): Command {
	return new Command("files")
		.exitOverride()
		.description("firmware files to try a set of four elements with")
		.requiredOption("--out <dir>", "directory for them; made if missing, files of these names are replaced")
		.addHelpText("after", FILES_HELP)
		.action(({ out }: { out: string }) => writeFiles(out));
}

/** Throws OutputError. */
export function writeFiles(out: string): void {
	for (const directory of [out, join(out, "self"), join(out, "images")]) makeDirectory(directory);
	const write = (path: string, bytes: Uint8Array): void => {
		writeFileAtomically(join(out, path), bytes);
		process.stdout.write(`${join(out, path)}\n`);
	};
	for (const [seed, name] of ELEMENTS.entries()) {
		const image = (version: string) => mcubootImage({ version, sizeBytes: IMAGE_BYTES, seed: seed + 1 });
		write(name === "self" ? "self/slot-a" : `${name}-${OLD}.bin`, image(OLD));
		write(`images/${name}-${NEW}.bin`, image(NEW));
	}
	// Fresh, whatever an earlier trial has left.
	write("self/boot", Buffer.from('{"active":"a","pending":null,"confirmed":true}\n'));
	const { old, pinned } = RELEASES.HL7800;
	const delta = emulatedDelta({ from: old, to: pinned.version, sizeBytes: pinned.sizeBytes });
	write(`images/${pinned.version}.bin`, delta);
}
