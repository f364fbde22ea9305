// Requirements: P8, R8
// Goal: bytes become the same lines however they are cut, and memory does not grow.
// Method: known inputs in every chunking; a model of the reader on random bytes.
import test from "ava";
import fc from "fast-check";
import { LineReader } from "../../modules/at/line-reader.js";

/** The lines of a text in pieces of `chunkBytes`, or byte by byte. */
function read(text: string, chunkBytes: number | "bytes" = text.length, lineBytesMax = 256): string[] {
	const lines: string[] = [];
	const reader = new LineReader({
		lineBytesMax,
		onLine: (line) => lines.push(line),
		onOverlong: () => lines.push("<overlong>"),
	});
	const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
	if (chunkBytes === "bytes") for (const byte of bytes) reader.feedByte(byte);
	else
		for (let from = 0; from < bytes.length; from += chunkBytes)
			reader.feed(bytes.subarray(from, from + chunkBytes));
	return lines;
}

test("CR, LF and both end a line, and empty lines are left out", (t) => {
	t.deepEqual(read("\r\nOK\r\n\n\r+KSUP: 0\nA\rB\r\nhalf"), ["OK", "+KSUP: 0", "A", "B"]);
});

test("NUL and other control bytes are left out, and bytes above 127 stay", (t) => {
	t.deepEqual(read("\0\0\0O\0K\x15\r\n\xff\x80a\x7f\r\n\0\r\n"), ["OK", "\xff\x80a"]);
});

test("P8: a line that is too long is reported once and its tail is no line", (t) => {
	t.deepEqual(read(`${"x".repeat(17)}OK\r\nOK\r\n`, 1, 16), ["<overlong>", "OK"]);
	t.deepEqual(read(`${"x".repeat(16)}\r\n${"y".repeat(1000)}OK\r\n+A\n`, 7, 16), [
		"x".repeat(16),
		"<overlong>",
		"+A",
	]);
});

test("a line is delivered with its CR, before anything else arrives", (t) => {
	for (const chunkBytes of ["bytes", 1, 2, 5, 100] as const)
		t.deepEqual(read("\r\nOK\r", chunkBytes), ["OK"], `chunks of ${chunkBytes}`);
	t.deepEqual(read("OK\n"), ["OK"]);
});

test("P8: a line as long as the limit is delivered and a longer one is not, however both are cut", (t) => {
	for (const chunkBytes of ["bytes", 1, 7, 63, 64, 65, 300] as const) {
		const text = `${"x".repeat(100)}\0\0\r\n${"y".repeat(101)}\r\n${"z".repeat(500)}OK\rOK\r\n`;
		t.deepEqual(read(text, chunkBytes, 100), ["x".repeat(100), "<overlong>", "<overlong>", "OK"]);
	}
});

test("P8: control bytes take no space in a line, however many they are", (t) => {
	for (const chunkBytes of ["bytes", 1, 7, 64, 5_000] as const)
		t.deepEqual(read(`${"\0".repeat(2_000)}O${"\x15".repeat(2_000)}K\r\n`, chunkBytes, 16), ["OK"]);
});

test("every split into chunks gives the same lines", (t) => {
	const text = `\r\n+WDSG: 0,3\r\n\r\n+WDSG: 1,0\r\n\0\0\r\nOK\r\n${"z".repeat(300)}\r\n+WDSI: 3\r\n`;
	const whole = read(text);
	t.deepEqual(whole, ["+WDSG: 0,3", "+WDSG: 1,0", "OK", "<overlong>", "+WDSI: 3"]);
	for (let chunkBytes = 1; chunkBytes < text.length; chunkBytes++) t.deepEqual(read(text, chunkBytes), whole);
	t.deepEqual(read(text, "bytes"), whole);
});

test("P8: random bytes give what a plain split gives", (t) => {
	const bytes = fc.array(fc.oneof(fc.constantFrom(10, 13, 0, 65, 79, 75), fc.integer({ min: 0, max: 255 })), {
		maxLength: 400,
	});
	fc.assert(
		fc.property(bytes, fc.integer({ min: 1, max: 150 }), (codes, chunkBytes) => {
			const text = String.fromCharCode(...codes);
			const expected = text
				.split(/[\r\n]/)
				// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
				.map((line) => line.replace(/[\x00-\x1f\x7f]/g, ""))
				.map((line) => (line.length > 8 ? "<overlong>" : line));
			const open = expected.pop();
			const lines = expected.filter((line) => line !== "");
			if (open === "<overlong>") lines.push(open);
			t.deepEqual(read(text, chunkBytes, 8), lines);
			t.deepEqual(read(text, "bytes", 8), lines);
		}),
		{ numRuns: 2000 },
	);
});
