// Goal: bytes become the same lines however they are cut, and memory does not grow.
// Method: known inputs in every chunking; a model of the reader on random bytes.
import test from "ava";
import fc from "fast-check";
import { LineReader } from "../../modules/at/line-reader.js";

function read(text: string, chunkBytes = text.length, lineBytesMax = 256): string[] {
	const lines: string[] = [];
	const reader = new LineReader({
		lineBytesMax,
		onLine: (line) => lines.push(line),
		onOverlong: () => lines.push("<overlong>"),
	});
	for (let from = 0; from < text.length; from += chunkBytes)
		reader.feed(Uint8Array.from(text.slice(from, from + chunkBytes), (c) => c.charCodeAt(0)));
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

test("every split into chunks gives the same lines", (t) => {
	const text = `\r\n+WDSG: 0,3\r\n\r\n+WDSG: 1,0\r\n\0\0\r\nOK\r\n${"z".repeat(300)}\r\n+WDSI: 3\r\n`;
	const whole = read(text);
	t.deepEqual(whole, ["+WDSG: 0,3", "+WDSG: 1,0", "OK", "<overlong>", "+WDSI: 3"]);
	for (let chunkBytes = 1; chunkBytes < text.length; chunkBytes++) t.deepEqual(read(text, chunkBytes), whole);
});

test("P8: random bytes give what a plain split gives", (t) => {
	const bytes = fc.array(fc.oneof(fc.constantFrom(10, 13, 0, 65, 79, 75), fc.integer({ min: 0, max: 255 })), {
		maxLength: 400,
	});
	fc.assert(
		fc.property(bytes, fc.integer({ min: 1, max: 50 }), (codes, chunkBytes) => {
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
		}),
		{ numRuns: 2000 },
	);
});
