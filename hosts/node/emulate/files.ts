import { join } from "node:path";
import { emulatedDelta } from "../../emulator/emulated-delta.js";
import { mcubootImage } from "../../emulator/processor-image.js";
import { RELEASES } from "../demo/company.js";
import { makeDirectory, writeFileAtomically } from "../files.js";
import { NEW, OLD } from "./versions.js";

const IMAGE_BYTES = 65_536;
const ELEMENTS = ["sensor", "display", "self"] as const;

/** Firmware for a trial of a whole set. Throws OutputError. */
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
