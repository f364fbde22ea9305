import { join } from "node:path";
import { DEFAULT_BEHAVIOUR } from "../../emulator/behaviour.js";
import { DEFAULT_PROCESSOR_BEHAVIOUR } from "../../emulator/processor-behaviour.js";
import { RELEASES } from "../demo/company.js";
import { writeFiles } from "./files.js";
import { emulateModem } from "./modem.js";
import { emulateProcessor } from "./processor.js";
import { OLD } from "./versions.js";

const PROCESSORS = ["sensor", "display"] as const;

/** Until a signal ends them all. Throws OutputError and UsageError. */
export async function emulateSet({ out, minute }: { out: string; minute: number }): Promise<void> {
	writeFiles(out);
	const { old } = RELEASES.HL7800;
	const { install } = DEFAULT_BEHAVIOUR.HL7800;
	const { bootloader } = DEFAULT_PROCESSOR_BEHAVIOUR;
	const modem = { modem: "HL7800", version: old, leftover: "none", install, behaviour: {} } as const;
	await Promise.all([
		emulateModem({ ...modem, minute, link: join(out, "modem") }),
		...PROCESSORS.map((name) =>
			emulateProcessor({
				image: join(out, `${name}-${OLD}.bin`),
				conduct: {},
				bootloader,
				minute,
				link: join(out, name),
			}),
		),
	]);
}
