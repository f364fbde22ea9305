// Requirements: P2, P3, R2, R22
/** Goal: an MCP7940N proves an off-time, and nothing that happens to it opens a window. Method: the off-time over the part's model. */
import test from "ava";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { Mcp7940n } from "../../hosts/mcu/drivers/mcp7940n.js";
import { Mcp7940nPowerFailStamp } from "../../hosts/mcu/drivers/mcp7940n-power-fail-stamp.js";
import { Mcp7940nSramStore } from "../../hosts/mcu/drivers/mcp7940n-sram-store.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { OffTime } from "../../modules/off-time/off-time.js";
import type { OffTimeResult } from "../../modules/off-time/reasons.js";
import { Mcp7940nModel, REG } from "./mcp7940n-model.js";

const SECOND_MS = 1000;
const THRESHOLD_MS = 600_000;
const ON_SECONDS = 300;
const LONG_OFF_SECONDS = 900;

/** A product with an MCP7940N: clock, mark and stamp in the part, boot number in flash. */
class StampedProduct {
	readonly model = new Mcp7940nModel();
	readonly flash = new MemoryStore();
	readonly troubles: string[] = [];
	#running: { offTime: OffTime; clock: VirtualClock } | undefined;

	/** Power comes; the result of the measurement. */
	boot(): OffTimeResult {
		this.model.restorePower();
		const clock = new VirtualClock();
		const rtc = new Mcp7940n({ clock: { io: this.model.SMBus } });
		const offTime = new OffTime({
			rtc,
			clock,
			markStore: new Mcp7940nSramStore({ rtc }),
			flashStore: this.flash,
			board: {
				resolutionMs: SECOND_MS,
				watchdogMs: 0,
				bootMs: 0,
				finalRunOnMs: 0,
				witness: "power-fail-stamp",
				rate: "measured",
			},
			resetCause: "power-on",
			powerFailStamp: new Mcp7940nPowerFailStamp({ rtc }),
			onTrouble: (error) => this.troubles.push(error.message),
		});
		this.#running = { offTime, clock };
		const result = offTime.measure();
		offTime.run();
		return result;
	}

	run(seconds: number): void {
		for (let i = 0; i < seconds; i++) {
			this.model.advance(1);
			this.#running?.clock.advance(SECOND_MS);
		}
	}

	off(seconds: number): void {
		this.#running?.offTime.stop();
		this.model.cutPower();
		this.model.advance(seconds);
	}

	setTime(timeMs: number): void {
		this.#running?.offTime.setTime(timeMs);
	}

	get opensFromMs(): number {
		return this.#running?.offTime.opensFromMs ?? Number.NaN;
	}

	/** Used for a while twice, so that the clock runs and is rated; then off. */
	usedThenOff(seconds: number): void {
		this.boot();
		this.run(ON_SECONDS);
		this.off(10);
		this.boot();
		this.run(ON_SECONDS);
		this.off(seconds);
	}
}

function isOpen(result: OffTimeResult): boolean {
	return "atLeastMs" in result && result.atLeastMs >= THRESHOLD_MS;
}

test("P2: a part that was never set is started at the first boot, closed, and opens the next time", (t) => {
	const product = new StampedProduct();
	t.deepEqual(product.boot(), { unknown: "clock-unset" });
	product.run(ON_SECONDS);
	product.off(LONG_OFF_SECONDS);
	const result = product.boot();
	t.true(isOpen(result), JSON.stringify(result));
	t.true("atLeastMs" in result && result.atLeastMs <= LONG_OFF_SECONDS * SECOND_MS);
});

test("P2: off-times below the threshold stay closed, those from opensFrom on open, whatever the second", (t) => {
	for (let second = 0; second < 60; second += 7) {
		const product = new StampedProduct();
		product.usedThenOff(599 - second);
		t.false(isOpen(product.boot()), `${599 - second} s`);
		product.run(120 + second);
		product.off(599);
		t.false(isOpen(product.boot()), "599 s");
		product.run(120);
		product.off(Math.ceil(product.opensFromMs / SECOND_MS));
		t.true(isOpen(product.boot()), `opensFrom after ${second}`);
	}
});

test("P2: what goes wrong with the part while the product is off closes the next boot, and only that", (t) => {
	const accidents: Record<string, (product: StampedProduct) => void> = {
		"the battery was out": ({ model }) => model.pullBattery(),
		"the oscillator was stopped": ({ model }) => {
			model.registers[REG.seconds] = 0;
		},
		"the date is garbage": ({ model }) => {
			model.registers[REG.month] = 0x1f;
		},
		"the stamp is garbage": ({ model }) => {
			model.registers[REG.powerDown] = 0xff;
		},
		"a mark lost a bit": ({ model }) => {
			for (const offset of [20, 48]) model.registers[REG.sram + offset] = 0x55;
		},
		"the battery is off": ({ model }) => {
			model.registers[REG.weekday] = (model.registers[REG.weekday] as number) & ~0x08;
		},
	};
	for (const [what, happen] of Object.entries(accidents)) {
		const product = new StampedProduct();
		product.usedThenOff(LONG_OFF_SECONDS);
		happen(product);
		t.false(isOpen(product.boot()), what);
		product.run(ON_SECONDS);
		product.off(LONG_OFF_SECONDS);
		const result = product.boot();
		t.true(isOpen(result), `${what}: ${JSON.stringify(result)}`);
	}
});

test("P2, P3: a bus that fails at any access of the boot never throws and never adds off-time", (t) => {
	let opened = 0;
	let products = 0;
	for (const fault of ["before", "after"] as const)
		for (let number = 0; ; number++) {
			const product = new StampedProduct();
			product.usedThenOff(400);
			product.model.restorePower();
			// The first access probes the part: a board without its clock is the board's affair.
			const before = product.model.accesses;
			product.model.failAccess(number + 1, fault);
			t.false(isOpen(product.boot()), `access ${number} ${fault}, 400 s`);
			if (product.model.accesses - before <= number + 1) break;
			product.model.heal();
			product.run(60);
			product.off(400);
			t.false(isOpen(product.boot()), `access ${number} ${fault}, 400 s twice`);
			product.run(ON_SECONDS);
			product.off(LONG_OFF_SECONDS);
			if (isOpen(product.boot())) opened++;
			products++;
		}
	t.is(opened, products, "each opens again");
	t.true(products > 20);
});

test("P2: a power failure about midnight of New Year, or of February 29, opens as any other", (t) => {
	const minutesBefore = [
		Date.UTC(2026, 11, 31, 23, 59),
		Date.UTC(2028, 1, 28, 23, 59),
		Date.UTC(2028, 1, 29, 23, 59),
	];
	for (const fromMs of minutesBefore)
		for (let second = 0; second < 120; second += 13) {
			const product = new StampedProduct();
			product.boot();
			product.setTime(fromMs + (second - ON_SECONDS) * SECOND_MS);
			product.run(ON_SECONDS);
			product.off(LONG_OFF_SECONDS);
			const result = product.boot();
			t.true(isOpen(result), `${new Date(fromMs).toISOString()} + ${second}: ${JSON.stringify(result)}`);
		}
});
