// Requirements: P5, P8, R13
/**
 * The same as test/images/http-source.test.ts with real servers on loopback: Node's own HTTP on both sides, and answers
 * written by hand for what no honest server says. The pauses between connections are cut short; nothing else waits.
 */
import test from "ava";
import { NodeHttpClient } from "../../hosts/node/http-client.js";
import { SystemClock } from "../../hosts/node/system-clock.js";
import { HttpSource } from "../../modules/images/http-source.js";
import type { ImageSourceError } from "../../modules/images/image-source.js";
import { imageOf, joined } from "../images/virtual.js";
import { type RunningServer, serveBytes, serveImage } from "./http-servers.js";

const SIZE_BYTES = 300_000;
const image = imageOf(SIZE_BYTES);
const LIMITS = { pauseMs: 1, pauseMsMax: 4, silenceMs: 5_000, deadlineMs: 60_000 };

interface Got {
	bytes: Uint8Array;
	error: ImageSourceError | undefined;
}

async function download(
	{ port }: { port: number },
	{ sizeBytes = SIZE_BYTES, blockBytes = 4096, limits = {} } = {},
): Promise<Got> {
	const source = new HttpSource({
		http: { io: NodeHttpClient, host: "127.0.0.1", port },
		path: "/image",
		sizeBytes,
		clock: new SystemClock(),
		limits: { ...LIMITS, ...limits },
	});
	const parts: Uint8Array[] = [];
	return await new Promise((done) => {
		const step = (offset: number): void =>
			source.read(offset, blockBytes, (error, block) => {
				if (block) parts.push(block);
				const next = offset + (block?.length ?? 0);
				// Not from within, for `done` may have come at once and blocks may be small.
				if (!error && next < sizeBytes) return void setImmediate(step, next);
				source.close();
				done({ bytes: joined(parts), error });
			});
		step(0);
	});
}

async function withServer<T>(
	serving: Promise<RunningServer>,
	use: (server: RunningServer) => Promise<T>,
): Promise<T> {
	const server = await serving;
	try {
		return await use(server);
	} finally {
		await server.close();
	}
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

for (const framing of ["length", "chunked"] as const)
	test(`a real server's image comes whole, with ${framing === "length" ? "a length" : "a chunked body"}`, (t) =>
		withServer(serveImage({ image, framing }), async (server) => {
			const { bytes, error } = await download(server);
			t.is(error, undefined);
			t.true(isSame(bytes, image));
			t.is(server.requests.length, 1);
		}));

test("a real server that cuts the connection is asked for the rest, with If-Range", (t) =>
	withServer(serveImage({ image, cutAt: (n) => [100_000, 0, 50_000][n] }), async (server) => {
		const { bytes, error } = await download(server);
		t.is(error, undefined);
		t.true(isSame(bytes, image));
		// What had come and was not read yet is lost with a connection, so where it goes on is not always the cut.
		t.is(server.requests[0], "/image");
		const offsets = server.requests
			.slice(1)
			.map((line) => Number(/^\/image bytes=(\d+)- "1"$/.exec(line)?.[1]));
		t.is(offsets.length, 3);
		t.deepEqual(
			offsets,
			[...offsets].sort((a, b) => a - b),
		);
		t.true((offsets[0] ?? 0) > 0 && (offsets[0] ?? 0) <= 100_000 && (offsets[2] ?? 0) <= 150_000);
	}));

test("a real server that knows no ranges sends all of it again, and nothing comes twice", (t) =>
	withServer(serveImage({ image, ranges: false, cutAt: (n) => [70_000, 200_000][n] }), async (server) => {
		const { bytes, error } = await download(server);
		t.is(error, undefined);
		t.true(isSame(bytes, image));
	}));

test("a slow real server is waited for", (t) =>
	withServer(
		serveImage({ image: image.subarray(0, 2_000), slow: { bytes: 100, pauseMs: 1 } }),
		async (server) => {
			const { bytes, error } = await download(server, { sizeBytes: 2_000, blockBytes: 700 });
			t.is(error, undefined);
			t.true(isSame(bytes, image.subarray(0, 2_000)));
		},
	));

test("P5: an image that changes on a real server is not glued", (t) =>
	withServer(serveImage({ image, etag: (n) => `"${n}"`, cutAt: (n) => [100_000][n] }), async (server) => {
		const { bytes, error } = await download(server);
		t.is(error?.reason, "changed");
		t.true(isSame(bytes, image.subarray(0, bytes.length)));
	}));

test("P8: nobody at the port, and a server that is silent, are broken connections", async (t) => {
	const server = await serveImage({ image });
	await server.close();
	const refused = await download(server);
	t.is(refused.error?.reason, "broken");
	t.regex(refused.error?.message ?? "", /ECONNREFUSED/);
	await withServer(
		serveBytes(() => "HTTP/1.1 200 OK\r\ncontent-length: 300000\r\n\r\n"),
		async (server) => {
			t.is((await download(server)).error?.reason, "broken");
		},
	);
});

const LIES: Record<string, readonly [answer: string, reason: string]> = {
	"a length below the image's": [
		`HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n${"x".repeat(300_000)}`,
		"wrong-size",
	],
	"a length above the image's": [
		`HTTP/1.1 200 OK\r\nContent-Length: 300001\r\n\r\n${"x".repeat(300_000)}`,
		"wrong-size",
	],
	"a body shorter than its length": [
		`HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n${"x".repeat(10)}`,
		"wrong-size",
	],
	"an unbounded body longer than the image": [`HTTP/1.1 200 OK\r\n\r\n${"x".repeat(300_001)}`, "wrong-size"],
	"an unbounded body shorter than the image": [`HTTP/1.1 200 OK\r\n\r\n${"x".repeat(299_999)}`, "broken"],
	"a chunk whose size is none": [
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n0\r\n\r\n",
		"broken",
	],
	"a head of hostile size": [`HTTP/1.1 200 OK\r\nX: ${"y".repeat(1_000_000)}\r\n\r\n`, "broken"],
	"many headers": [`HTTP/1.1 200 OK\r\n${"X: y\r\n".repeat(100_000)}\r\n`, "broken"],
	"no HTTP at all": ["SSH-2.0-OpenSSH_9.6\r\n", "broken"],
	"nothing at all": ["", "broken"],
	"an address elsewhere": ["HTTP/1.1 307 Temporary Redirect\r\nLocation: /other\r\n\r\n", "redirected"],
	"no image": ["HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "no-image"],
	"a range beyond": ["HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n", "wrong-size"],
	"an error of its own": ["HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", "broken"],
	"parts in one body": [
		"HTTP/1.1 206 Partial Content\r\nContent-Type: multipart/byteranges; boundary=x\r\nContent-Length: 3\r\n\r\nabc",
		"wrong-range",
	],
};

for (const [what, [answer, reason]] of Object.entries(LIES))
	test(`P8: a real server that answers with ${what} ends as ${reason}`, (t) =>
		withServer(
			serveBytes((n) =>
				n === 0 || reason === "broken" ? answer : "HTTP/1.1 416 No\r\nContent-Length: 0\r\n\r\n",
			),
			async (server) => {
				const { bytes, error } = await download(server);
				t.is(error?.reason, reason as never);
				t.true(bytes.length < SIZE_BYTES);
				t.true(server.requests.length <= 7);
			},
		));

const SEED = Date.now() >>> 0;

/** 32 bits a call, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return (mixed ^ (mixed >>> 14)) >>> 0;
	};
}

test(`P5: 32 real servers with faults at random give the image or a named error (seed ${SEED})`, async (t) => {
	let whole = 0;
	for (let run = 0; run < 32; run++) {
		const next = random(SEED + run);
		const sizeBytes = 1 + (next() % 60_000);
		const bytesWanted = image.subarray(0, sizeBytes);
		const cuts = Array.from({ length: next() % 8 }, () =>
			next() % 4 === 0 ? undefined : next() % sizeBytes,
		);
		const changesAt = next() % 4 === 0 ? next() % 6 : 99;
		await withServer(
			serveImage({
				image: bytesWanted,
				ranges: next() % 4 !== 0,
				framing: next() % 3 === 0 ? "chunked" : "length",
				cutAt: (n) => cuts[n],
				etag: (n) => (n >= changesAt ? '"later"' : '"1"'),
			}),
			async (server) => {
				const { bytes, error } = await download(server, { sizeBytes, blockBytes: 1 + (next() % 8_192) });
				t.true(isSame(bytes, bytesWanted.subarray(0, bytes.length)), `run ${run}`);
				if (error) t.true(["changed", "broken"].includes(error.reason), `run ${run}: ${error.message}`);
				else {
					whole++;
					t.is(bytes.length, sizeBytes, `run ${run}`);
				}
			},
		);
	}
	t.true(whole > 0);
});
