import type { Model } from "../../hosts/emulator/families.js";
import { ElementError } from "../../modules/elements/element-error.js";
import { FileBench, FROM, TO } from "../xmodem/file-bench.js";
import type { CaseResult, Cases } from "./cases.js";
import { UNSOLICITED } from "./corpus.js";
import { fillNoise, latin1, NOISE_KINDS } from "./noise-blocks.js";
import { Xorshift } from "./xorshift.js";

const SIZE_BYTES = 6_000;
const HOUR_MS = 3_600_000;
const FINAL_BYTES_LEAST = 2;

/**
 * A file sent by XMODEM, with noise: bytes lost, changed, doubled and late in both directions, unsolicited lines between the
 * acknowledgements, bursts of control bytes. It ends once, well or with a named error, within its deadline; what the modem then
 * runs is its old version or the one in the file; and the line works again.
 */
export const xmodemNoise: Cases = {
	name: "xmodem",
	run(number): CaseResult {
		const random = new Xorshift(number);
		const every = random.pick([50, 300, 1_500, 8_000]);
		const model: Model = random.pick(["HL7692", "HL7800"]);
		const faults: string[] = [];
		let quiet = true;
		let noiseBytes = 0;
		const bench = new FileBench({
			model,
			sizeBytes: SIZE_BYTES,
			baud: random.pick([115_200, 921_600]),
			rateUnknown: random.oneIn(4),
			behaviour: { fileRequest: random.oneIn(2) ? "nak" : "crc" },
			disturb: (byte) => {
				noiseBytes++;
				if (quiet || !random.oneIn(every)) return { bytes: [byte] };
				switch (random.below(5)) {
					case 0:
						return { bytes: [] };
					case 1:
						return { bytes: [byte ^ (1 << random.below(8))] };
					case 2:
						return { bytes: [byte, byte] };
					case 3:
						return { bytes: [random.below(256), byte] };
					default:
						return { bytes: [byte], delayMs: random.below(800) };
				}
			},
		}).armed();
		quiet = false;
		const { clock, line } = bench;
		const burst = (): void => {
			if (quiet) return;
			const block = new Uint8Array(1 + random.below(200));
			fillNoise(block, random.pick(NOISE_KINDS), random);
			line.send("to-host", random.oneIn(2) ? block : latin1(`\r\n${random.pick(UNSOLICITED)}\r\n`));
			clock.setTimeout(burst, FINAL_BYTES_LEAST + random.below(3_000));
		};
		const isForging = random.oneIn(2);
		if (isForging) burst();
		let error: ElementError | undefined;
		try {
			error = bench.send();
		} catch (thrown) {
			faults.push(`P8: the file did not end: ${String(thrown)}`);
		}
		const endedMs = clock.now();
		if (error && (!(error instanceof ElementError) || error.reason.length === 0))
			faults.push(`P8: failed with ${String(error)}`);
		if (endedMs > 5 * HOUR_MS) faults.push(`P8: ended after ${endedMs} ms`);
		const log = [`${endedMs} ${error ? `${error.reason}: ${error.message}` : "ok"}`];
		quiet = true;
		clock.advance(HOUR_MS);
		const status = bench.status();
		if (status === undefined) faults.push("P8: the line does not work again");
		// A line that says what a modem would say is believed; what runs in the end is read back.
		if (!error && status !== 3 && !isForging)
			faults.push(`P5: the file ended well, and the modem says ${status}`);
		bench.install();
		const version = bench.version();
		if (version === undefined) faults.push("P8: the modem's version cannot be read");
		else if (version !== FROM[model] && version !== TO[model]) faults.push(`P5: ${version} runs`);
		log.push(`status ${status}, version ${version}, ${bench.traffic.length} lines, ${noiseBytes} bytes`);
		if (bench.gone.length > 0) faults.push(`P8: the port is gone: ${bench.gone.join()}`);
		return { faults, log, noiseBytes };
	},
};
