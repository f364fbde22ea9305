// Requirements: P5, P8, R13
/**
 * An image from a web server, in virtual time: what comes is the server's file, byte for byte, or a named error. The
 * server is the emulator's, with one fault a test; test/node/http-source.test.ts does the same with real servers.
 */
import test from "ava";
import fc from "fast-check";
import type { HttpBehaviour } from "../../hosts/emulator/http-behaviour.js";
import { HttpSource, type HttpSourceOptions } from "../../modules/images/http-source.js";
import { imageOf, readAll, WebBench } from "./virtual.js";

const HOUR_MS = 3_600_000;
const SIZE_BYTES = 20_000;
const image = imageOf(SIZE_BYTES);

function sourceOf(bench: WebBench, options: Partial<HttpSourceOptions> = {}): HttpSource {
	return new HttpSource({
		http: bench.http,
		path: "/image",
		sizeBytes: SIZE_BYTES,
		clock: bench.world,
		...options,
	});
}

function download(bench: WebBench, options: Partial<HttpSourceOptions> = {}, blockBytes = 1024) {
	const got = readAll(sourceOf(bench, options), SIZE_BYTES, blockBytes);
	bench.world.runUntil(() => got.ended, 24 * HOUR_MS);
	return got;
}

test("an image comes whole, by one plain request", (t) => {
	const bench = new WebBench(image);
	const { bytes, error } = download(bench);
	t.is(error, undefined);
	t.deepEqual(bytes, image);
	t.deepEqual(bench.server.requests, ["/image"]);
	t.is(bench.world.nextAt(), undefined, "nothing is left running");
});

test("a download that breaks goes on where it broke, under the same ETag", (t) => {
	const bench = new WebBench(image, { cuts: [5_000, 1_000] });
	const { bytes, error } = download(bench);
	t.is(error, undefined);
	t.deepEqual(bytes, image);
	t.is(bench.server.requests.length, 3);
	for (const request of bench.server.requests.slice(1))
		t.regex(request, /^\/image range: bytes=\d+- if-range: "1"$/);
});

test("a server without ranges sends everything again, and nothing comes twice", (t) => {
	const bench = new WebBench(image, { ranges: "ignore", cuts: [5_000, 9_000, 7_000] });
	const { bytes, error } = download(bench);
	t.is(error, undefined);
	t.deepEqual(bytes, image);
});

test("a server without any tag is gone on with by its ranges alone", (t) => {
	const bench = new WebBench(image, { cuts: [5_000] });
	bench.server.files.set("/image", { bytes: image });
	const { bytes, error } = download(bench);
	t.is(error, undefined);
	t.deepEqual(bytes, image);
	t.regex(bench.server.requests[1] ?? "", /^\/image range: bytes=\d+-$/);
});

test("a part that ends before it was asked to is gone on with", (t) => {
	const { bytes, error } = download(new WebBench(image, { cuts: [2_000], partBytesMax: 3_000 }));
	t.is(error, undefined);
	t.deepEqual(bytes, image);
});

test("a body whose end is the connection's comes whole, also with a client that calls that an error", (t) => {
	for (const closeIsError of [false, true]) {
		const { bytes, error } = download(new WebBench(image, { framing: "close", closeIsError }));
		t.is(error, undefined);
		t.deepEqual(bytes, image);
	}
});

test("an answer that may pass is asked again", (t) => {
	const bench = new WebBench(image, { statuses: [503, 500, 429] });
	t.deepEqual(download(bench).bytes, image);
	t.is(bench.server.requests.length, 4);
});

for (const [etag, later] of [
	['"1"', '"2"'],
	['W/"1"', 'W/"2"'],
	["Tue, 15 Nov 1994 12:45:26 GMT", "Tue, 15 Nov 1994 12:45:27 GMT"],
] as const)
	test(`P5: an image that changes from ${etag} to ${later} is never glued to its old beginning`, (t) => {
		for (const ranges of ["honour", "ignore"] as const) {
			const bench = new WebBench(image, { ranges, cuts: [8_000] });
			const file = (bytes: Uint8Array, tag: string) =>
				/^(W\/)?"/.test(tag) ? { bytes, etag: tag } : { bytes, lastModified: tag };
			bench.server.files.set("/image", file(image, etag));
			const got = readAll(sourceOf(bench), SIZE_BYTES, 512);
			bench.world.advance(100);
			bench.server.files.set("/image", file(imageOf(SIZE_BYTES, 2), later));
			bench.world.runUntil(() => got.ended, HOUR_MS);
			t.is(got.error?.reason, "changed");
			t.deepEqual(got.bytes, image.slice(0, got.bytes.length));
			t.true(got.bytes.length < 8_000);
		}
	});

const REFUSED: Record<string, readonly [behaviour: Partial<HttpBehaviour>, reason: string, message: RegExp]> =
	{
		"a Content-Length below the image's": [{ lengthErrorBytes: -1 }, "wrong-size", /content-length 19999/],
		"a Content-Length above the image's": [{ lengthErrorBytes: 1 }, "wrong-size", /content-length 20001/],
		"an image that is longer": [{ extraBytes: 5 }, "wrong-size", /20005/],
		"a longer body that only its end bounds": [
			{ framing: "close", extraBytes: 1 },
			"wrong-size",
			/more of them/,
		],
		"a part that begins elsewhere": [
			{ cuts: [5_000], ranges: "shift" },
			"wrong-range",
			/bytes \d+-19999.*content-range/,
		],
		"a part that says nothing of its place": [
			{ statuses: [206], headers: { "content-length": "20000" } },
			"wrong-range",
			/content-range ""/,
		],
		"a part of an image of another size": [
			{ statuses: [206], headers: { "content-range": "bytes 0-9/10" } },
			"wrong-size",
			/bytes 0-9\/10/,
		],
		"a part that ends beyond the image": [
			{ statuses: [206], headers: { "content-range": "bytes 0-20000/*" } },
			"wrong-range",
			/bytes 0-20000/,
		],
		"a part that contradicts its own length": [
			{ statuses: [206], headers: { "content-range": "bytes 0-9/20000", "content-length": "11" } },
			"bad-response",
			/content-length 11/,
		],
		"a length that is none": [
			{ headers: { "content-length": "20000, 20000" } },
			"wrong-size",
			/20000, 20000/,
		],
		"an image in another coding": [{ headers: { "content-encoding": "gzip" } }, "bad-response", /gzip/],
		"a coding of the transfer that no client undoes": [
			{ headers: { "transfer-encoding": "gzip, chunked" } },
			"bad-response",
			/gzip, chunked/,
		],
		"a server that sends us elsewhere": [{ statuses: [302] }, "redirected", /302/],
		"an image that is not there": [{ statuses: [404] }, "no-image", /404/],
		"a range beyond the file": [{ statuses: [416] }, "wrong-size", /416/],
		"a server that wants to know who asks": [{ statuses: [401] }, "http-status", /401/],
		"a server that is out of order": [{ statuses: Array(99).fill(503) }, "broken", /at most 6 failures.*503/],
		"a server that breaks off each time": [{ cuts: Array(99).fill(0) }, "broken", /at most 6 failures/],
		"a server that says nothing": [{ isSilent: true }, "broken", /silent for 30000 ms/],
		"a server that takes for ever": [{ bytesPerSecond: 20 }, "deadline", /within 600000 ms .*got \d+ bytes/],
	};

for (const [what, [behaviour, reason, message]] of Object.entries(REFUSED))
	test(`P8: ${what} is refused as ${reason}`, (t) => {
		const bench = new WebBench(image, { ...behaviour });
		const { error, bytes } = download(bench, { limits: { deadlineMs: 600_000 } });
		t.is(error?.reason, reason as never);
		t.regex(error?.message ?? "", message);
		t.true(bytes.length < SIZE_BYTES);
		t.is(bench.world.nextAt(), undefined, "nothing is left running");
		t.true(bench.world.now() <= 600_000);
	});

test("P8: a client that cannot be made, or finds no host at once, is a broken connection", (t) => {
	const bench = new WebBench(image);
	for (const io of [
		class {
			constructor() {
				throw new Error("no such port");
			}
			request(): never {
				throw new Error("not reached");
			}
			close(): void {}
		},
		class {
			constructor({ onError }: { onError(error: unknown): void }) {
				onError(new Error("no such host"));
			}
			request() {
				return { read: () => undefined };
			}
			close(): void {}
		},
	]) {
		const { error } = download(bench, { http: { host: "nowhere.test", io } });
		t.is(error?.reason, "broken");
		t.regex(error?.message ?? "", /no such (port|host)/);
	}
});

test("P8: a byte is read from the line only when it is asked for", (t) => {
	const bench = new WebBench(image);
	const source = sourceOf(bench);
	let blocks = 0;
	source.read(0, 1000, () => blocks++);
	bench.world.advance(HOUR_MS);
	t.is(blocks, 1);
	source.read(1000, 1000, () => blocks++);
	bench.world.advance(HOUR_MS);
	t.is(blocks, 2, "the server waited, and nobody lost patience");
	t.is(bench.server.requests.length, 1);
	source.close();
});

test("a reader who jumps, or does not wait, is told so", (t) => {
	const bench = new WebBench(image);
	const source = sourceOf(bench);
	const errors: (string | undefined)[] = [];
	source.read(0, 10, () => {});
	source.read(10, 10, (error) => errors.push(error?.message));
	bench.world.advance(1_000);
	source.read(5, 10, (error) => errors.push(error?.message));
	t.is(errors.length, 2);
	for (const message of errors) t.regex(message ?? "", /a read at \d+ of 20000, one at a time .*got one at/);
	source.close();
	source.close();
});

test("after close no callback comes", (t) => {
	const bench = new WebBench(image);
	for (const afterMs of [0, 10, 49, 50, 51, 60, 100]) {
		const source = sourceOf(bench);
		let isClosed = false;
		source.read(0, SIZE_BYTES, () => t.false(isClosed));
		bench.world.advance(afterMs);
		source.close();
		isClosed = true;
		bench.world.advance(HOUR_MS);
		t.is(bench.world.nextAt(), undefined);
	}
});

test("P5: whatever the server does, what comes is the image or a beginning of it", (t) => {
	const seed = Date.now();
	fc.assert(
		fc.property(
			fc.record({
				ranges: fc.constantFrom("honour", "ignore", "shift"),
				framing: fc.constantFrom("length", "close"),
				lengthErrorBytes: fc.constantFrom(0, 0, 0, -1, 1),
				extraBytes: fc.constantFrom(0, 0, 0, 1, 700),
				partBytesMax: fc.constantFrom(1_000, 7_777, 100_000),
				cuts: fc.array(fc.option(fc.integer({ min: 0, max: SIZE_BYTES }), { nil: undefined }), {
					maxLength: 9,
				}),
				statuses: fc.array(fc.constantFrom(200, 206, 302, 404, 416, 500, 503), { maxLength: 2 }),
				closeIsError: fc.boolean(),
			}),
			fc.integer({ min: 16, max: 5_000 }),
			(behaviour, blockBytes) => {
				const bench = new WebBench(image, behaviour as Partial<HttpBehaviour>);
				const { bytes, error, ended } = download(bench, {}, blockBytes);
				if (!ended) throw new Error("it never ended");
				if (Buffer.compare(bytes, image.subarray(0, bytes.length)) !== 0) throw new Error("other bytes came");
				if (!error && bytes.length !== SIZE_BYTES) throw new Error("it ended well and is not whole");
				if (bench.world.nextAt() !== undefined) throw new Error("something is left running");
			},
		),
		{ seed, numRuns: 300 },
	);
	t.pass(`seed ${seed}`);
});
