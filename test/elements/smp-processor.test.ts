// Requirements: P7, R11
/**
 * The processor as an element: each verb against the emulated processor, whose rules are those that Zephyr 4.4.0 and
 * MCUboot showed under QEMU (test/smp/zephyr-frames.ts).
 */
import test from "ava";
import { mcubootImage } from "../../hosts/emulator/processor-image.js";
import { NEW, NEW_IMAGE, OLD, OLD_IMAGE, OTHER_IMAGE, ProcessorBench } from "../smp/processor-bench.js";

test("an update: uploaded, on trial, accepted; the old image stays in the other slot", (t) => {
	const bench = new ProcessorBench();
	t.is(bench.state, "ready 1.0.0/-");
	t.is(bench.run("upload"), "ok");
	t.is(bench.state, "candidate 1.0.0/1.1.0");
	t.is(bench.run("install"), "ok");
	t.is(bench.state, "trial 1.1.0/1.0.0");
	t.is(bench.run("accept"), "ok");
	t.is(bench.state, "candidate 1.1.0/1.0.0");
	bench.cutPower();
	bench.clock.advance(60_000);
	t.is(bench.state, "candidate 1.1.0/1.0.0", "what was accepted stays over a power cut");
});

test("P7: an image on trial goes back at any reset", (t) => {
	const bench = new ProcessorBench();
	bench.run("upload");
	bench.run("install");
	bench.cutPower();
	bench.clock.advance(60_000);
	t.is(bench.state, "candidate 1.0.0/1.1.0");
	t.deepEqual(bench.flash.slots[0], OLD_IMAGE);
});

for (const erasesPending of [false, true])
	for (const [place, prepare] of Object.entries({
		"nothing uploaded": () => {},
		"a candidate": (bench: ProcessorBench) => bench.run("upload"),
		"a test that is pending": (bench: ProcessorBench) => {
			bench.run("upload");
			bench.flash.pending = "test";
		},
		"an image that is pending for good": (bench: ProcessorBench) => {
			bench.run("upload");
			bench.flash.pending = "permanent";
		},
		"a trial": (bench: ProcessorBench) => {
			bench.run("upload");
			bench.run("install");
		},
		"an accepted image": (bench: ProcessorBench) => {
			bench.run("upload");
			bench.run("install");
			bench.run("accept");
		},
		"a return that was begun": (bench: ProcessorBench) => {
			bench.run("upload");
			bench.run("install");
			bench.run("accept");
			bench.flash.pending = "permanent";
		},
		"the old image on trial": (bench: ProcessorBench) => {
			bench.run("upload");
			bench.flash.confirmed = false;
		},
	}))
		test(`P7: reject from ${place}${erasesPending ? ", where what is pending may be erased" : ""}: the old image runs for good, and again does nothing`, (t) => {
			const bench = new ProcessorBench({ behaviour: { erasesPending } });
			prepare(bench);
			t.is(bench.run("reject"), "ok");
			t.deepEqual(bench.flash.slots[0], OLD_IMAGE);
			t.true(bench.flash.confirmed);
			t.is(bench.flash.pending, null);
			const boots = bench.log.length;
			t.is(bench.run("reject"), "ok");
			t.is(bench.log.length, boots, "the second one resets nothing");
			bench.cutPower();
			bench.clock.advance(60_000);
			t.regex(bench.state, /^(ready|candidate) 1\.0\.0\//);
		});

test("accept and install do nothing where it was done", (t) => {
	const bench = new ProcessorBench();
	bench.run("upload");
	bench.run("install");
	const boots = bench.log.length;
	t.is(bench.run("install"), "ok");
	t.is(bench.run("accept"), "ok");
	t.is(bench.run("accept"), "ok");
	t.is(bench.log.length, boots);
});

test("what is on the element already is not sent again", (t) => {
	const bench = new ProcessorBench();
	bench.run("upload");
	const sent = bench.wire.bytes("to-modem");
	t.is(bench.run("upload"), "ok");
	t.true(bench.wire.bytes("to-modem") - sent < 200);
});

test("an upload goes on where the server stands, and the blocks that it has are not sent", (t) => {
	const bench = new ProcessorBench();
	bench.begin("upload", NEW_IMAGE, () => t.fail("it was cancelled"));
	bench.clock.runUntil(() => bench.wire.bytes("to-modem") > 5_000, 100_000);
	bench.restartHost();
	const before = bench.wire.bytes("to-modem");
	t.is(bench.run("upload"), "ok");
	t.true(bench.wire.bytes("to-modem") - before < 3_600);
	t.deepEqual(bench.flash.slots[1], NEW_IMAGE);
});

test("an upload that the processor forgot in the middle ends in transfer-failed, and the next one begins again", (t) => {
	const bench = new ProcessorBench();
	let failed: string | undefined;
	bench.begin("upload", NEW_IMAGE, (error) => {
		failed = error?.reason;
	});
	bench.clock.runUntil(() => bench.wire.bytes("to-modem") > 5_000, 100_000);
	bench.processor.reset();
	bench.clock.advance(60_000);
	t.is(failed, "transfer-failed");
	t.is(bench.run("upload"), "ok");
	t.deepEqual(bench.flash.slots[1], NEW_IMAGE);
});

test("another image in the other slot is overwritten", (t) => {
	const bench = new ProcessorBench();
	bench.run("upload", OTHER_IMAGE);
	t.is(bench.state, "candidate 1.0.0/0.9.0");
	t.is(bench.run("upload"), "ok");
	t.is(bench.state, "candidate 1.0.0/1.1.0");
});

test("clean erases the other slot, and leaves what is pending or needed", (t) => {
	const bench = new ProcessorBench();
	bench.run("upload");
	t.is(bench.run("clean"), "ok");
	t.is(bench.state, "ready 1.0.0/-");
	bench.run("upload");
	bench.run("install");
	t.is(bench.run("clean"), "ok");
	t.is(bench.state, "trial 1.1.0/1.0.0");
	bench.run("reject");
	bench.flash.pending = "test";
	t.is(bench.run("clean"), "ok");
	t.is(bench.state, "staged 1.0.0/1.1.0");
});

const REFUSALS = {
	"overwrite only": { bootloader: "overwrite" },
	"swap using offset, which loses the old image from the list": { bootloader: "swap-offset" },
	"downgrade prevention": { noDowngrade: true },
	"a server that does not tell": { tellsBootloader: false },
} as const;

for (const [what, behaviour] of Object.entries(REFUSALS))
	test(`P7: cannot-go-back is said before anything is begun: ${what}`, (t) => {
		const bench = new ProcessorBench({ behaviour });
		t.is(bench.run("upload"), "cannot-go-back");
		t.is(bench.state, "ready 1.0.0/-");
		bench.flash.slots[1] = NEW_IMAGE;
		t.is(bench.run("install"), "cannot-go-back");
		t.is(bench.state, "candidate 1.0.0/1.1.0");
		t.is(bench.log.filter((line) => line.startsWith("boots")).length, 1);
	});

test("a product that knows its bootloader installs where the server does not tell", (t) => {
	const bench = new ProcessorBench({ behaviour: { tellsBootloader: false }, element: { assumeSwap: true } });
	bench.run("upload");
	t.is(bench.run("install"), "ok");
});

test("P7: a product that is wrong about its bootloader is told once the old image is gone", (t) => {
	const bench = new ProcessorBench({
		behaviour: { tellsBootloader: false, bootloader: "overwrite" },
		element: { assumeSwap: true },
	});
	bench.run("upload");
	t.is(bench.run("install"), "cannot-go-back");
	t.is(bench.run("reject"), "not-rejected");
});

test("trial-failed: an image that crashes is back at the old one", (t) => {
	const bench = new ProcessorBench({ behaviour: { images: { "1.1.0": "crashes" } } });
	bench.run("upload");
	t.is(bench.run("install"), "trial-failed");
	t.is(bench.state, "candidate 1.0.0/1.1.0");
});

test("trial-failed: an image that confirms itself, and reject takes it back", (t) => {
	const bench = new ProcessorBench({ behaviour: { images: { "1.1.0": "keeps-itself" } } });
	bench.run("upload");
	t.is(bench.run("install"), "trial-failed");
	t.is(bench.run("reject"), "ok");
	t.deepEqual(bench.flash.slots[0], OLD_IMAGE);
	t.true(bench.flash.confirmed);
});

test("trial-failed: an image whose SMP is silent is reset by its line, once", (t) => {
	const bench = new ProcessorBench({
		behaviour: { images: { "1.1.0": "silent" } },
		element: {
			pullReset: () => {
				bench.pulls++;
				bench.processor.reset();
			},
		},
	});
	bench.run("upload");
	t.is(bench.run("install"), "trial-failed");
	t.is(bench.pulls, 1);
	t.is(bench.state, "candidate 1.0.0/1.1.0");
});

test("no-answer: an image whose SMP is silent and no reset line", (t) => {
	const bench = new ProcessorBench({ behaviour: { images: { "1.1.0": "silent" } } });
	bench.run("upload");
	const began = bench.clock.now();
	t.is(bench.run("install"), "no-answer");
	t.true(bench.clock.now() - began < 140_000, "it is bounded");
	t.is(bench.run("reject"), "no-answer");
	bench.cutPower();
	t.is(bench.run("reject"), "ok", "the power cut was the reset");
});

test("no-answer: a processor without power, for every verb", (t) => {
	const bench = new ProcessorBench();
	bench.processor.powerOff();
	for (const verb of ["start", "install", "accept", "reject", "clean"] as const)
		t.is(bench.run(verb), "no-answer");
	t.is(bench.state, "no-answer");
	bench.processor.powerOn();
	t.is(bench.state, "ready 1.0.0/-", "three tries outlast its boot");
});

test("no-answer: a port that cannot be opened, and it is opened again", (t) => {
	const bench = new ProcessorBench();
	bench.wire.unplug();
	t.is(bench.run("start"), "no-answer");
	bench.wire.plug();
	t.is(bench.state, "ready 1.0.0/-");
	bench.wire.unplug();
	bench.clock.advance(1);
	bench.wire.plug();
	t.is(bench.state, "ready 1.0.0/-");
});

test("no-image: what was ordered does not lie in the other slot", (t) => {
	const bench = new ProcessorBench();
	t.is(bench.run("install"), "no-image");
	bench.run("upload", OTHER_IMAGE);
	t.is(bench.run("install"), "no-image");
});

for (const errors of ["version-2", "legacy"] as const)
	test(`no-space: an image that does not fit its slot (${errors})`, (t) => {
		const bench = new ProcessorBench({ behaviour: { slotBytes: 4_096, errors } });
		t.is(bench.run("upload"), "no-space");
	});

for (const errors of ["version-2", "legacy"] as const)
	test(`refused: an upload of what is no image names the server's reason (${errors})`, (t) => {
		const bench = new ProcessorBench({ behaviour: { errors } });
		const broken = NEW_IMAGE.slice();
		broken[0] = 0;
		const error = bench.attempt("upload", broken);
		t.is(error?.reason, "refused");
		t.regex(error?.message ?? "", /MAGIC|magic/);
	});

test("wrong-hash: a byte that changed on the way to the flash shows in the hash", (t) => {
	const bench = new ProcessorBench();
	const changed = NEW_IMAGE.slice();
	changed[changed.length - 1] = (changed[changed.length - 1] as number) ^ 1;
	let end: string | undefined;
	const pump = (at: number): void => {
		if (at >= changed.length) return bench.element.finish((error) => (end = error?.reason ?? "ok"));
		const block = changed.subarray(at, at + bench.element.blockBytes);
		bench.element.write(at, block, () => pump(at + block.length));
	};
	bench.element.start(NEW, () => pump(0));
	bench.clock.runUntil(() => end !== undefined, 100_000);
	t.is(end, "wrong-hash");
});

test("trial-failed: an image whose bytes are not its hash's is not swapped in", (t) => {
	const bench = new ProcessorBench();
	bench.run("upload");
	const slot = bench.flash.slots[1];
	slot[100] = (slot[100] as number) ^ 1;
	t.is(bench.run("install"), "trial-failed");
	t.deepEqual(bench.flash.slots[0], OLD_IMAGE);
});

test("not-accepted: what runs is not what is to be accepted", (t) => {
	const bench = new ProcessorBench();
	bench.run("upload");
	t.is(bench.run("accept"), "not-accepted");
});

test("not-rejected: the old image is in neither slot", (t) => {
	const bench = new ProcessorBench();
	t.is(bench.run("reject", OTHER_IMAGE), "not-rejected");
});

test("refused: an update that somebody else began", (t) => {
	const bench = new ProcessorBench();
	bench.run("upload", OTHER_IMAGE);
	bench.flash.pending = "test";
	t.is(bench.run("start"), "refused");
	bench.processor.reset();
	bench.clock.advance(30_000);
	t.is(bench.state, "trial 0.9.0/1.0.0");
	t.is(bench.run("start"), "refused");
});

test("after cancel nothing is called back, and the next verb works", (t) => {
	const bench = new ProcessorBench();
	bench.begin("upload", NEW_IMAGE, () => t.fail("it was cancelled"));
	bench.clock.advance(10);
	bench.element.cancel();
	bench.clock.advance(100_000);
	t.is(bench.run("upload"), "ok");
	bench.element.close();
	bench.element.close();
});

for (const behaviour of [
	{ bufferBytes: 192 },
	{ bufferBytes: 2_048 },
	{ tellsBuffer: false },
	{ errors: "legacy", indefinite: false, frugal: true, tellsBuffer: false },
	{ noise: "prompt" },
	{ noise: "log" },
	{ eraseMs: 45_000, swapMs: 90_000, bootMs: 8_000 },
] as const)
	test(`a whole update and back with ${JSON.stringify(behaviour)}`, (t) => {
		const bench = new ProcessorBench({ behaviour });
		bench.run("upload", OTHER_IMAGE);
		for (const verb of ["upload", "install", "accept", "reject", "clean"] as const)
			t.is(bench.run(verb), "ok", verb);
		t.is(bench.state, "ready 1.0.0/-");
	});

test("a reset that was lost on the way is sent again, and one that was answered is not", (t) => {
	let lost = 0;
	const bench = new ProcessorBench({
		disturb: (direction, bytes) => {
			// The reset request is the only one of these two bytes of header and length.
			const isReset =
				direction === "to-modem" && String.fromCharCode(...bytes.subarray(2, 10)) === "AAsKAAAB";
			if (isReset && lost === 0) {
				lost++;
				return undefined;
			}
			return bytes;
		},
	});
	bench.run("upload");
	t.is(bench.run("install"), "ok");
	t.is(lost, 1);
	t.is(bench.log.filter((line) => line === "swaps (trial)").length, 1);
	t.is(bench.log.filter((line) => line.startsWith("swaps")).length, 1);
});

test("versions with a build are told as MCUboot's tool writes them", (t) => {
	const bench = new ProcessorBench();
	bench.run("upload", mcubootImage({ version: "1.2.3+4", sizeBytes: 2_000 }));
	t.is(bench.state, "candidate 1.0.0/1.2.3+4");
});

test("the messages name the element and what is wrong", (t) => {
	const bench = new ProcessorBench();
	const error = bench.attempt("install");
	t.is(error?.element, "sensor");
	t.is(error?.message, `Expected sensor to hold the image with hash ${NEW.hash}, it holds none`);
	t.is(OLD.version, "1.0.0");
});
