// Requirements: P5, P6, P8, R13
/**
 * The fetcher: files of one order into the product's storage. The main test cuts the power at every step that writes
 * anything, boots again, and goes on until all is there; what is there must be the order's bytes, and what the record calls
 * whole must be whole.
 */
import test from "ava";
import fc from "fast-check";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { MemoryImageStore, PowerCutError } from "../../hosts/sim/memory-image-store.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import type { FetchError } from "../../modules/images/fetch-error.js";
import { FetchRecord } from "../../modules/images/fetch-record.js";
import {
	FETCH_BLOCK_BYTES,
	Fetcher,
	type FetcherOptions,
	type WantedFile,
} from "../../modules/images/fetcher.js";
import { FileSource } from "../../modules/images/file-source.js";
import { HttpSource } from "../../modules/images/http-source.js";
import { imageOf, sha256Of, WebBench } from "./virtual.js";

const ORDER = "a".repeat(64);
const OTHER_ORDER = "b".repeat(64);
const DAY_MS = 24 * 3_600_000;

function wantedOf(name: string, bytes: Uint8Array): WantedFile {
	return { name, sizeBytes: bytes.length, sha256: sha256Of(bytes) };
}

/** A product's storage, and another place that has the files. */
class Bench {
	readonly clock = new VirtualClock();
	readonly origin = new MemoryImageStore();
	images = new MemoryImageStore();
	store = new MemoryStore();
	/** Every opening: file, tag. */
	readonly opened: string[] = [];
	readonly percents: number[] = [];

	fetcher(options: Partial<FetcherOptions> = {}): Fetcher {
		return new Fetcher({
			images: this.images,
			store: this.store,
			clock: this.clock,
			openSource: ({ name }, tag) => {
				this.opened.push(`${name} ${tag ?? "-"}`);
				return new FileSource({ store: this.origin, name });
			},
			onProgress: (percent) => this.percents.push(percent),
			...options,
		});
	}

	/** One fetch to its end: undefined where it ended well. */
	fetch(
		files: readonly WantedFile[],
		options: Partial<FetcherOptions> = {},
		order = ORDER,
	): FetchError | undefined {
		let ended: { error: FetchError | undefined } | undefined;
		this.fetcher(options).fetch({ order, files }, (error) => {
			ended = { error };
		});
		if (ended) throw new Error("it ended before fetch returned");
		this.clock.runUntil(() => ended !== undefined, DAY_MS);
		if (!ended) throw new Error("it never ended");
		if (this.images.openFiles + this.origin.openFiles > 0) throw new Error("a file was left open");
		return (ended as { error: FetchError | undefined }).error;
	}
}

const first = imageOf(3 * FETCH_BLOCK_BYTES + 5, 1);
const second = imageOf(2 * FETCH_BLOCK_BYTES, 2);
const third = imageOf(1, 3);
const files = [wantedOf("first.bin", first), wantedOf("second.bin", second), wantedOf("third.bin", third)];

function benchWithFiles(): Bench {
	const bench = new Bench();
	for (const [index, bytes] of [first, second, third].entries())
		bench.origin.put(files[index]?.name ?? "", bytes);
	return bench;
}

test("all files of an order come, and progress counts all of their bytes", (t) => {
	const bench = benchWithFiles();
	t.is(bench.fetch(files), undefined);
	t.deepEqual(bench.images.bytesOf("first.bin"), first);
	t.deepEqual(bench.images.bytesOf("second.bin"), second);
	t.deepEqual(bench.images.bytesOf("third.bin"), third);
	t.is(bench.percents.at(-1), 100);
	t.deepEqual(
		bench.percents,
		[...bench.percents].sort((a, b) => a - b),
	);
	t.is(bench.clock.nextAt(), undefined);
});

test("what is there and verified is not fetched again", (t) => {
	const bench = benchWithFiles();
	bench.fetch(files);
	bench.opened.length = 0;
	t.is(bench.fetch(files), undefined);
	t.deepEqual(bench.opened, []);
});

test("P5: what another order left is never gone on with, whole or not", (t) => {
	const bench = benchWithFiles();
	bench.fetch(files, {}, OTHER_ORDER);
	// Other bytes than those of this order, so that going on with them would cost a try.
	bench.images.put("first.bin", imageOf(2 * FETCH_BLOCK_BYTES, 9));
	bench.opened.length = 0;
	t.is(bench.fetch(files), undefined);
	t.deepEqual(bench.opened, ["first.bin -", "second.bin -", "third.bin -"]);
	t.deepEqual(bench.images.bytesOf("first.bin"), first);
});

test("P6: files without a record that can be read belong to nobody", (t) => {
	const bench = benchWithFiles();
	bench.images.put("first.bin", imageOf(first.length, 9));
	bench.images.put("stranger.bin", third);
	t.is(bench.fetch(files), undefined);
	t.deepEqual(bench.images.list().sort(), ["first.bin", "second.bin", "third.bin"]);
	t.deepEqual(bench.images.bytesOf("first.bin"), first);
});

test("P5: a file whose bytes are others is deleted and tried three times, then the order is given up", (t) => {
	const bench = benchWithFiles();
	bench.origin.put("second.bin", imageOf(second.length, 9));
	const error = bench.fetch(files);
	t.is(error?.reason, "wrong-hash");
	t.deepEqual(bench.opened, ["first.bin -", "second.bin -", "second.bin -", "second.bin -"]);
	t.false(bench.images.list().includes("second.bin"));
	bench.opened.length = 0;
	t.is(bench.fetch(files)?.reason, "wrong-hash", "and not again, for this order");
	t.deepEqual(bench.opened, []);
	bench.origin.put("second.bin", second);
	t.is(bench.fetch(files, {}, OTHER_ORDER), undefined, "another order begins afresh");
});

test("P8: a file that has no room is refused before a byte of it is read", (t) => {
	const bench = benchWithFiles();
	bench.images = new MemoryImageStore({ capacityBytes: first.length + second.length - 1 });
	t.is(bench.fetch(files)?.reason, "no-space");
	t.deepEqual(bench.opened, ["first.bin -"]);
	t.deepEqual(bench.images.bytesOf("first.bin"), first);
});

for (const name of ["", "../x", ".hidden", "a/b", "a".repeat(65), "ä"])
	test(`P8: a file named "${name.slice(0, 8)}" is refused`, (t) => {
		const bench = benchWithFiles();
		t.is(bench.fetch([wantedOf(name, third)])?.reason, "bad-name");
	});

test("P8: two files of one name, and too many files, are refused", (t) => {
	const bench = benchWithFiles();
	t.is(bench.fetch([files[0] as WantedFile, files[0] as WantedFile])?.reason, "bad-name");
	t.is(bench.fetch(Array.from({ length: 33 }, (_, n) => wantedOf(`f${n}`, third)))?.reason, "bad-name");
});

test("an order of 32 files is fetched, the last one too", (t) => {
	const bench = new Bench();
	const many = Array.from({ length: 32 }, (_, n) => {
		bench.origin.put(`f${n}`, imageOf(10 + n, n + 1));
		return wantedOf(`f${n}`, imageOf(10 + n, n + 1));
	});
	t.is(bench.fetch(many), undefined);
	bench.opened.length = 0;
	t.is(bench.fetch(many), undefined);
	t.deepEqual(bench.opened, []);
});

test("a source that has no file, or a shorter one, is named", (t) => {
	const bench = benchWithFiles();
	bench.origin.delete("second.bin");
	t.is(bench.fetch(files)?.reason, "no-image");
	bench.origin.put("second.bin", second.slice(1));
	t.is(bench.fetch(files)?.reason, "wrong-size");
});

test("a medium that fails is named", (t) => {
	const bench = benchWithFiles();
	bench.store.failing = true;
	t.is(bench.fetch(files)?.reason, "not-stored");
	bench.store.failing = false;
	bench.images = new MemoryImageStore({
		onStep: () => {
			throw new Error("medium is broken");
		},
	});
	const error = bench.fetch(files);
	t.is(error?.reason, "not-stored");
	t.regex(error?.message ?? "", /medium is broken/);
});

test("after cancel no callback comes, and the next fetch goes on where it was", (t) => {
	const bench = benchWithFiles();
	const fetcher = bench.fetcher({
		onProgress: (percent) => {
			if (percent > 30) fetcher.cancel();
		},
	});
	fetcher.fetch({ order: ORDER, files }, () => t.fail("it was cancelled"));
	bench.clock.advance(DAY_MS);
	t.is(bench.clock.nextAt(), undefined);
	t.true((bench.images.bytesOf("first.bin")?.length ?? 0) >= FETCH_BLOCK_BYTES);
	t.is(bench.fetch(files), undefined);
	t.deepEqual(bench.images.bytesOf("first.bin"), first);
});

/** Over the web, with a cut of the power after so many steps. */
function webFetcher(bench: Bench, web: WebBench): Partial<FetcherOptions> {
	return {
		clock: web.world,
		openSource: ({ name, sizeBytes }, tag) => {
			bench.opened.push(`${name} ${tag ?? "-"}`);
			return new HttpSource({ http: web.http, path: "/image", sizeBytes, clock: web.world, tag });
		},
	};
}

test("a fetch from the web goes on with If-Range after a boot, and begins anew where the file has changed", (t) => {
	for (const changes of [false, true]) {
		const bench = new Bench();
		const web = new WebBench(first);
		const wanted = [wantedOf("web.bin", first)];
		const options = webFetcher(bench, web);
		const fetcher = bench.fetcher({ ...options, onProgress: (percent) => percent >= 60 && fetcher.cancel() });
		fetcher.fetch({ order: ORDER, files: wanted }, () => t.fail("it was cancelled"));
		web.world.advance(DAY_MS);
		if (changes) web.server.files.set("/image", { bytes: first, etag: '"2"' });
		const errors: (FetchError | undefined)[] = [];
		bench.fetcher(options).fetch({ order: ORDER, files: wanted }, (error) => errors.push(error));
		web.world.advance(DAY_MS);
		t.deepEqual(errors, [undefined]);
		t.deepEqual(bench.images.bytesOf("web.bin"), first);
		t.regex(web.server.requests[1] ?? "", /^\/image range: bytes=4096- if-range: "1"$/);
		t.is(web.server.requests.length, changes ? 3 : 2);
		t.deepEqual(bench.opened, ["web.bin -", 'web.bin "1"', ...(changes ? ["web.bin -"] : [])]);
	}
});

test("P8: a server whose file changes each time is given up, for now", (t) => {
	const bench = new Bench();
	const web = new WebBench(first, { cuts: Array(99).fill(2 * FETCH_BLOCK_BYTES) });
	let etag = 0;
	const options = webFetcher(bench, web);
	let error: FetchError | undefined;
	const openSource = options.openSource;
	bench
		.fetcher({
			...options,
			openSource: (wanted, tag) => {
				const source = openSource?.(wanted, tag) as HttpSource;
				const { server } = web;
				return {
					sizeBytes: source.sizeBytes,
					get tag() {
						return source.tag;
					},
					read: (offset, bytes, done) => {
						if (offset > 0) server.files.set("/image", { bytes: first, etag: `"${++etag}"` });
						source.read(offset, bytes, done);
					},
					close: () => source.close(),
				};
			},
		})
		.fetch({ order: ORDER, files: [wantedOf("web.bin", first)] }, (ended) => {
			error = ended;
		});
	web.world.advance(DAY_MS);
	t.is(error?.reason, "changed");
	t.is(bench.opened.length, 4);
});

/** Runs fetches, the power being cut at the step that `cutAt` names, until one ends well; at most two boots follow. */
function fetchThroughCut(
	bench: Bench,
	order: string,
	cutAt: number,
	torn: { keptBytes: number; garbled: boolean },
): { steps: number; boots: number } {
	let steps = 0;
	let isOff = false;
	const step = (what: string) => {
		if (isOff) throw new PowerCutError("the power is off");
		if (steps++ !== cutAt) return undefined;
		isOff = true;
		if (what.startsWith("append")) return torn;
		throw new PowerCutError("the power was cut");
	};
	const { contents } = bench.images;
	const before = [...contents.keys()].map((name) => [name, bench.images.bytesOf(name)] as const);
	bench.images = new MemoryImageStore({ onStep: step });
	for (const [name, bytes] of before) bench.images.put(name, bytes ?? new Uint8Array(0));
	const { store } = bench;
	const cuttable = {
		read: (key: string) => store.read(key),
		write: (key: string, value: ArrayBuffer) => {
			try {
				step("write");
			} catch (error) {
				if (steps === cutAt + 1) {
					store.tearNextWriteAt(torn.keptBytes);
					store.write(key, value);
				}
				throw error;
			}
			store.write(key, value);
		},
		delete: (key: string) => store.delete(key),
	};
	for (let boots = 1; boots <= 4; boots++) {
		isOff = false;
		const error = bench.fetch(files, { store: cuttable }, order);
		if (!error) return { steps, boots };
		if (!isOff) throw new Error(`boot ${boots}: ${error.message}`);
		steps = cutAt + 1;
	}
	throw new Error("it did not come through");
}

for (const [tearName, torn] of Object.entries({
	"loses its bytes": { keptBytes: 0, garbled: false },
	"keeps some of them": { keptBytes: 7, garbled: false },
	"leaves others": { keptBytes: FETCH_BLOCK_BYTES, garbled: true },
	"leaves others, and fewer": { keptBytes: 100, garbled: true },
	"keeps all of them": { keptBytes: FETCH_BLOCK_BYTES, garbled: false },
}))
	test(`P5: a power cut at any write, where the append ${tearName}, costs no order its bytes`, (t) => {
		const { steps } = fetchThroughCut(benchWithFiles(), ORDER, -1, torn);
		t.true(steps > 15, `${steps} steps are cut`);
		for (let cutAt = 0; cutAt < steps; cutAt++) {
			const bench = benchWithFiles();
			const { boots } = fetchThroughCut(bench, ORDER, cutAt, torn);
			t.is(boots, 2, `cut at ${cutAt}`);
			t.is(new FetchRecord(bench).read()?.tries, 0, `cut at ${cutAt}: no try is taken for a torn block`);
			for (const [index, bytes] of [first, second, third].entries())
				t.deepEqual(bench.images.bytesOf(files[index]?.name ?? ""), bytes, `cut at ${cutAt}`);
		}
	});

test("P5: power cuts at random while orders take turns never mix their files", (t) => {
	const seed = Date.now();
	fc.assert(
		fc.property(
			fc.array(
				fc.record({
					order: fc.constantFrom(ORDER, OTHER_ORDER),
					cutAt: fc.integer({ min: 0, max: 40 }),
					keptBytes: fc.integer({ min: 0, max: FETCH_BLOCK_BYTES }),
					garbled: fc.boolean(),
				}),
				{ minLength: 1, maxLength: 6 },
			),
			(rounds) => {
				const bench = benchWithFiles();
				for (const { order, cutAt, keptBytes, garbled } of rounds) {
					// The other order's files have other bytes under the same names.
					const isOther = order === OTHER_ORDER;
					const wanted = [first, second, third].map((bytes) =>
						isOther ? bytes.map((byte) => byte ^ 0xff) : bytes,
					);
					for (const [index, bytes] of wanted.entries()) bench.origin.put(files[index]?.name ?? "", bytes);
					const list = wanted.map((bytes, index) => wantedOf(files[index]?.name ?? "", bytes));
					let steps = 0;
					const images = new MemoryImageStore({
						onStep: (what) => {
							if (steps > cutAt) throw new PowerCutError("the power is off");
							if (steps++ < cutAt) return undefined;
							if (what.startsWith("append")) return { keptBytes, garbled };
							throw new PowerCutError("the power was cut");
						},
					});
					for (const name of bench.images.list())
						images.put(name, bench.images.bytesOf(name) ?? new Uint8Array(0));
					bench.images = images;
					bench.fetch(list, {}, order);
					const after = new MemoryImageStore();
					for (const name of images.list()) after.put(name, images.bytesOf(name) ?? new Uint8Array(0));
					bench.images = after;
					const left = bench.store.clone();
					if (rounds.length % 2 === 0) {
						const error = bench.fetch(list, {}, order);
						if (error) throw error;
						wanted.forEach((bytes, index) => {
							const got = bench.images.bytesOf(files[index]?.name ?? "") ?? new Uint8Array(0);
							if (Buffer.compare(got, bytes) !== 0) throw new Error("another order's bytes");
						});
					} else bench.store = left;
				}
			},
		),
		{ seed, numRuns: 200 },
	);
	t.pass(`seed ${seed}`);
});
