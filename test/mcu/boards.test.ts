// Requirements: P2, P3, P4, R2, R22, R27
/**
 * Goal: each board of a microcontroller fails safe, starts its modem last, and feeds its watchdog by marks alone.
 * Method: the boards as the manifest resolves them, on the SDK's classes and our C faked, with the clock's register model
 * and the emulated modem, in virtual time. No register of an ESP32 or RP2040 is emulated.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "ava";
import type { BoardParts } from "../../hosts/mcu/board.js";
import { type Line, pinsOf } from "../../hosts/mcu/microcontroller/wiring.js";
import type { ResetCause } from "../../modules/off-time/board.js";
import { DEFAULT_POLICY } from "../../modules/window/policy.js";
import { nativeSources, readManifest } from "../rules/manifest.js";
import { REPOSITORY, sourcePaths } from "../rules/source-file.js";
import { envelope, testPublicKey } from "../support/orders.js";
import { FakeSdk, INJECTED } from "./fake-sdk.js";
import { type LoadedBoard, loadBoard } from "./load-board.js";
import { loadFirmware } from "./load-firmware.js";

const FIRMWARE = "hosts/mcu/manifest.json";
const PLATFORMS = ["esp32", "esp32/moddable_two", "pico"] as const;
type Platform = (typeof PLATFORMS)[number];
const MINUTE_MS = 60_000;
const LONG_OFF_MS = 14 * MINUTE_MS;
const WATCHDOG_MS = 45_000;
const HOLD_LIMIT_MS = 60 * MINUTE_MS;
/** The RP2040's pins that are UART 0's and I2C 0's (its data sheet, "GPIO Functions"; serial.c of the SDK). */
const PICO_PINS = { transmit: [0, 12, 16, 28], receive: [1, 13, 17, 29], data: [0, 4, 8, 12, 16, 20] };

const firmware = await loadFirmware();
const boards = {} as Record<Platform, LoadedBoard>;
for (const platform of PLATFORMS) boards[platform] = await loadBoard(platform);
const readme = readFileSync(path.join(REPOSITORY, "hosts/mcu/README.md"), "utf8");

/** The level that means no. */
const inactive = ({ active }: Line): 0 | 1 => (active === "high" ? 0 : 1);
const isHeld = (sdk: FakeSdk, { hold }: { hold: Line }): boolean =>
	sdk.level(hold.pin) !== undefined && sdk.level(hold.pin) !== inactive(hold);

/** The cells of a row of a table in the README. */
function cellsOf(rowName: string): string[] {
	const row = readme.split("\n").find((line) => line.startsWith(`| ${rowName} `));
	return (row ?? "")
		.split("|")
		.slice(2, -1)
		.map((cell) => cell.trim());
}

for (const platform of PLATFORMS) {
	const board = boards[platform];
	const { wiring } = board;

	/** Power comes, and the whole firmware runs on the board. */
	const boot = (sdk: FakeSdk): { events: Record<string, unknown>[]; parts: BoardParts } => {
		sdk.on(wiring);
		const events: Record<string, unknown>[] = [];
		let opened: BoardParts | undefined;
		new firmware.Firmware({
			openBoard: (options) => {
				const parts = board.open(sdk, options);
				opened = parts;
				const print = (line: string): void => {
					events.push({ ...JSON.parse(line), at: sdk.world.now() });
				};
				return { ...parts, print };
			},
			settings: { family: "auto", publicKey: testPublicKey(), apn: undefined, policy: DEFAULT_POLICY },
		}).boot();
		return { events, parts: opened as BoardParts };
	};

	/** It was on with an order, and then off for long. */
	const beforeWindow = (): FakeSdk => {
		const sdk = new FakeSdk();
		for (let i = 0; i < 2; i++) {
			const { parts } = boot(sdk);
			if (i === 0) parts.inbox.write("order", new Uint8Array(envelope("HL7800", "first")).buffer);
			sdk.world.advance(10 * MINUTE_MS);
			sdk.cut(i === 0 ? 1_000 : LONG_OFF_MS);
		}
		return sdk;
	};

	test(`${platform}: no pin is used twice, and each can be what it is used for`, (t) => {
		const pins = pinsOf(wiring);
		t.is(Object.keys(pins).length, 9);
		t.is(new Set(Object.values(pins)).size, 9, JSON.stringify(pins));
		if (platform === "pico") {
			for (const [name, allowed] of Object.entries(PICO_PINS))
				t.true(allowed.includes(pins[name] as number), name);
			t.is(pins.clock, (pins.data as number) + 1);
		} else {
			// 0, 2, 5, 12 and 15 are strapping pins, 1 and 3 the console, 6 to 11 the flash; 34 and up cannot drive.
			const taken = [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 15];
			for (const [name, pin] of Object.entries(pins)) {
				t.false(taken.includes(pin), name);
				t.true(pin < 34 || name === "powerFail", name);
			}
		}
	});

	test(`P4: ${platform}: once open, the outputs are inactive, the watchdog runs and the modem does not`, (t) => {
		const sdk = new FakeSdk();
		sdk.on(wiring);
		board.open(sdk);
		t.is(sdk.level(wiring.hold.pin), inactive(wiring.hold));
		t.is(sdk.level(wiring.updating.pin), inactive(wiring.updating));
		t.is(sdk.level(wiring.modem.powerKey.pin), inactive(wiring.modem.powerKey));
		t.not(sdk.level(wiring.modem.requestToSend.pin), inactive(wiring.modem.requestToSend));
		t.is(wiring.hold.active, "high", "a pin that nothing drives is pulled down, and then monitoring runs");
		t.is(sdk.watchdog?.afterMs, WATCHDOG_MS);
		t.is(sdk.limit, undefined);
		t.false(sdk.log.includes("serial"));
		t.is(sdk.world.now(), 0, "nothing was waited for");
	});

	test(`P3: ${platform}: the modem starts after the decision and the release, and after its port is open`, (t) => {
		const sdk = new FakeSdk();
		let modemRan: boolean | undefined;
		sdk.on(wiring);
		new firmware.Firmware({
			openBoard: (options) => {
				const parts = board.open(sdk, options);
				const print = (line: string): void => {
					if (JSON.parse(line).event === "released") modemRan = sdk.modemRuns;
				};
				return { ...parts, print };
			},
			settings: { family: "auto", publicKey: undefined, apn: undefined, policy: DEFAULT_POLICY },
		}).boot();
		t.false(modemRan);
		t.true(sdk.modemRuns);
		const { requestToSend, powerKey } = wiring.modem;
		const order = [
			`${requestToSend.pin}=${inactive(requestToSend) === 0 ? 1 : 0}`,
			"serial",
			`${powerKey.pin}=1`,
		].map((what) => sdk.log.indexOf(what));
		t.false(order.includes(-1));
		t.deepEqual(
			order,
			[...order].sort((a, b) => a - b),
		);
	});

	test(`P4: ${platform}: whatever constructor of the SDK throws, hold is not asserted, and a modem that nobody can guard stays off`, (t) => {
		const openings = new FakeSdk();
		boot(openings);
		const constructors = openings.log.filter((what) => !/[= ]\d+$/.test(what) || what.startsWith("pin"));
		t.true(constructors.length >= 9, constructors.join());
		for (const failing of constructors) {
			const sdk = new FakeSdk();
			sdk.failing = failing;
			try {
				boot(sdk);
			} catch (error) {
				t.is((error as Error).message, INJECTED, failing);
			}
			t.false(isHeld(sdk, wiring), failing);
			t.is(sdk.modemRuns, failing === "smbus", failing);
		}
	});

	test(`P2: ${platform}: a clock that does not answer closes the window, and the modem is guarded all the same`, (t) => {
		const sdk = beforeWindow();
		sdk.failing = "smbus";
		const { events } = boot(sdk);
		t.like(
			events.find(({ event }) => event === "decided"),
			{ window: "closed" },
		);
		sdk.world.advance(5 * MINUTE_MS);
		t.true(events.some(({ event }) => event === "armed"));
		t.deepEqual(sdk.bites, [], "the flag in the other medium feeds the watchdog");
	});

	test(`P2: ${platform}: the watchdog is fed by marks that were read back, and bites when they end`, (t) => {
		const sdk = new FakeSdk();
		boot(sdk);
		sdk.world.advance(10 * MINUTE_MS);
		t.deepEqual(sdk.bites, []);
		// Neither medium takes a write any more.
		sdk.rtc.cutPower();
		sdk.nvs.set = () => {
			throw new Error("no flash");
		};
		sdk.files.failAtStep = sdk.files.steps;
		const step = Object.getOwnPropertyDescriptor(sdk.files, "steps");
		Object.defineProperty(sdk.files, "steps", { get: () => step?.value, set: () => {} });
		sdk.world.advance(WATCHDOG_MS + 30_000);
		t.deepEqual(sdk.bites, ["watchdog"]);
		t.is(sdk.level(wiring.hold.pin), undefined, "no pin is driven after a reset");
	});

	test(`P4: ${platform}: an update runs through the board, with hold and updating, and ends before the hold's limit`, (t) => {
		const sdk = beforeWindow();
		const { events } = boot(sdk);
		t.like(
			events.find(({ event }) => event === "decided"),
			{ window: "open" },
			JSON.stringify(events[0]),
		);
		t.true(isHeld(sdk, wiring));
		t.is(sdk.limit?.afterMs, HOLD_LIMIT_MS);
		let wasUpdating = false;
		sdk.world.runUntil(() => {
			wasUpdating ||= sdk.level(wiring.updating.pin) !== inactive(wiring.updating);
			return !isHeld(sdk, wiring);
		}, HOLD_LIMIT_MS);
		t.true(wasUpdating);
		t.like(
			events.find(({ event }) => event === "closed"),
			{ outcome: "updated" },
		);
		t.is(sdk.limit, undefined, "it is stopped");
		t.deepEqual(sdk.bites, []);
	});

	test(`P4: ${platform}: hold that is never released falls with the limit, however well marks are written`, (t) => {
		const sdk = new FakeSdk();
		const { parts } = boot(sdk);
		parts.hold.write(true);
		const startedMs = sdk.world.now();
		t.true(isHeld(sdk, wiring));
		sdk.world.advance(HOLD_LIMIT_MS / 2);
		parts.hold.write(true);
		t.true(isHeld(sdk, wiring));
		t.true(sdk.world.runUntil(() => !isHeld(sdk, wiring), HOLD_LIMIT_MS));
		t.deepEqual(sdk.bites, ["limit"]);
		t.is(sdk.world.now() - startedMs, HOLD_LIMIT_MS, "asserting it again gave it no more time");
	});

	test(`${platform}: a fresh modem is told once to do without flow control`, (t) => {
		const sdk = new FakeSdk();
		const told = (): string => {
			const text = sdk.wire.traffic
				.filter(({ direction }) => direction === "to-modem")
				.map(({ bytes }) => Buffer.from(bytes).toString())
				.join("");
			return text.match(/AT&[A-Z]\d?(?=\r)/g)?.join() ?? "";
		};
		boot(sdk);
		sdk.world.advance(MINUTE_MS);
		sdk.cut(1_000);
		t.regex(told(), /^AT&V,AT&K0,AT&W(,AT&V)*$/);
		boot(sdk);
		sdk.world.advance(MINUTE_MS);
		t.regex(told(), /^AT&V,AT&K0,AT&W(,AT&V)+$/);
	});

	test(`P4: ${platform}: where the limit does not start, hold is not asserted`, (t) => {
		const sdk = new FakeSdk();
		const { parts } = boot(sdk);
		sdk.failing = "limit";
		t.throws(() => parts.hold.write(true), { message: INJECTED });
		t.false(isHeld(sdk, wiring));
	});

	test(`P4: ${platform}: the supply's failure is told once a boot, and a spike is not`, (t) => {
		const sdk = new FakeSdk();
		sdk.on(wiring);
		let told = 0;
		const faults: unknown[] = [];
		board.open(sdk, {
			onPowerFail: () => {
				told++;
				throw new Error(INJECTED);
			},
			onFault: (error) => faults.push(error),
		});
		const { pin } = wiring.powerFail;
		sdk.drive(pin, inactive(wiring.powerFail));
		t.is(told, 0);
		const failing = inactive(wiring.powerFail) === 0 ? 1 : 0;
		sdk.drive(pin, failing);
		sdk.drive(pin, failing);
		t.is(told, 1);
		t.is(faults.length, 1, "what it throws is a fault, and no abort");
	});

	test(`P2: ${platform}: only a power-on is one`, (t) => {
		const sdk = new FakeSdk();
		const causes: ResetCause[] = [];
		for (let reason = 0; reason <= 20; reason++) {
			sdk.resetReason = reason;
			sdk.on(wiring);
			causes.push(board.open(sdk).resetCause);
		}
		t.deepEqual(
			causes.flatMap((cause, reason) => (cause === "power-on" ? [reason] : [])),
			[1],
		);
		t.false(causes.includes("unknown"), "that would count as a power-on");
		for (const cause of ["software", "watchdog", "external"] as const) t.true(causes.includes(cause), cause);
	});

	test(`P2: ${platform}: what the board claims of its watchdog is not less than what it does`, (t) => {
		const { markEveryMs } = DEFAULT_POLICY;
		const sdk = new FakeSdk();
		sdk.on(wiring);
		const { offTime } = board.open(sdk, { markEveryMs });
		const bitesMs = sdk.watchdog?.afterMs as number;
		t.true(
			markEveryMs + offTime.watchdogMs >= bitesMs,
			"fed by the last mark, it bites after the next one is due",
		);
		t.true(offTime.finalRunOnMs >= bitesMs, "a final mark does not feed it");
		t.true(bitesMs > markEveryMs);
	});

	test(`${platform}: every function in C that its TypeScript calls is in a C file of its manifest`, (t) => {
		const { modules } = readManifest(FIRMWARE, platform);
		const sources = Object.values(modules).flat();
		const c = nativeSources(sources).map((file) => readFileSync(path.join(REPOSITORY, file), "utf8"));
		t.is(c.length, platform === "pico" ? 1 : 2);
		const called = sourcePaths("hosts/mcu")
			.filter((file) => sources.includes(file.replace(/\.ts$/, "")))
			.flatMap((file) => [
				...readFileSync(path.join(REPOSITORY, file), "utf8").matchAll(/native\("(\w+)"\)/g),
			])
			.map(([, name]) => name);
		t.true(called.length >= 5);
		for (const name of called) t.regex(c.join("\n"), new RegExp(`^void ${name}\\(xsMachine \\*the\\)`, "m"));
	});

	test(`${platform}: the README names its witness, its wiring and what it lacks`, (t) => {
		const column = cellsOf("board").indexOf(`\`${platform}\``);
		t.true(column >= 0);
		const sdk = new FakeSdk();
		sdk.on(wiring);
		const { offTime } = board.open(sdk);
		t.is(cellsOf("witness")[column], `\`${offTime.witness}\``);
		const seconds = Math.ceil(Number(boot(new FakeSdk()).events[0]?.opensFrom) / 1_000);
		t.is(cellsOf("always opens from")[column], `${Math.floor(seconds / 60)}m ${seconds % 60}s`);
		t.true((cellsOf("lacks")[column] ?? "").length > 20);
		for (const [name, pin] of Object.entries(pinsOf(wiring)))
			t.is(cellsOf(`pin: ${name}`)[column], String(pin), name);
	});
}

test("P4: the hold line's limit is longer than the longest window, by a clock that is a tenth fast", (t) => {
	const { windowMs, reportWithinMs, endWithinMs, recoverWithinMs } = DEFAULT_POLICY;
	t.true(HOLD_LIMIT_MS * 0.9 > Math.max(windowMs + reportWithinMs + endWithinMs, recoverWithinMs));
});
