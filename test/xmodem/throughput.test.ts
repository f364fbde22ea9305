// Requirements: R10
// Goal: a file costs the line what XMODEM needs and no more. Method: the emulated modem at the other end of a line with a
// rate, in virtual time; what is measured is compared with what can be computed: frame, acknowledgement, and how long the
// modem takes to answer. (The computation: 1024 bytes in (1024 + 4) * 10 / baud + 10 / baud + T.)
import test from "ava";
import { FileBench } from "./file-bench.js";

const SIZE_BYTES = 100 * 1_024;
const BITS_PER_BYTE = 10;

for (const baud of [115_200, 921_600])
	for (const [fileRequest, checkBytes] of [
		["nak", 1],
		["crc", 2],
	] as const)
		for (const frameBytes of [1024, 128] as const)
			for (const turnaroundMs of [0, 1, 5])
				test(`${baud} bit/s, ${fileRequest}, blocks of ${frameBytes}, ${turnaroundMs} ms to an answer: within 0.5 % of what the line allows`, (t) => {
					const b = new FileBench({
						baud,
						behaviour: { fileRequest },
						sizeBytes: SIZE_BYTES,
						file: { frameBytes },
						// The answer leaves the modem late.
						disturb: (byte, direction) => ({
							bytes: [byte],
							delayMs: direction === "to-host" && byte === 0x06 ? turnaroundMs : 0,
						}),
					}).armed();
					let firstMs = 0;
					let lastMs = 0;
					const send = b.line.send.bind(b.line);
					b.line.send = (direction, bytes) => {
						if (direction === "to-modem" && bytes.length > 128) {
							firstMs ||= b.clock.now();
							lastMs = b.clock.now();
						}
						send(direction, bytes);
					};
					t.is(b.send(), undefined);
					const blocks = SIZE_BYTES / frameBytes;
					const measured = ((blocks - 1) * frameBytes) / ((lastMs - firstMs) / 1_000);
					const byteMs = (BITS_PER_BYTE * 1_000) / baud;
					const frameMs = (frameBytes + 3 + checkBytes + 1) * byteMs + turnaroundMs;
					const possible = (frameBytes / frameMs) * 1_000;
					t.log(
						`${Math.round(measured)} of ${Math.round(possible)} B/s, ${((measured * byteMs) / 10).toFixed(2)} % of the line`,
					);
					t.true(
						measured <= possible * 1.000_1 && measured > possible * 0.995,
						`${measured} against ${possible}`,
					);
				});
