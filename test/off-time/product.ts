import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import type { Clock } from "../../modules/io/clock.js";
import type { Board, PowerFailStamp, ResetCause } from "../../modules/off-time/board.js";
import { OffTime } from "../../modules/off-time/off-time.js";
import type { OffTimePolicy } from "../../modules/off-time/policy.js";
import type { OffTimeResult } from "../../modules/off-time/reasons.js";

export const START_REAL_MS = Date.UTC(2026, 0, 1);

export const ASSUMED_BOARD: Board = {
	resolutionMs: 10,
	watchdogMs: 2000,
	bootMs: 0,
	finalRunOnMs: 0,
	witness: "assumed",
	rate: "assumed",
};

/** What happens at one storage operation that changes something. The `cut-` ones take the power with it. */
export type FaultKind = "throws" | "torn" | "dropped" | "cut-before" | "cut-torn" | "cut-after";
export const FAULT_KINDS: readonly FaultKind[] = [
	"throws",
	"torn",
	"dropped",
	"cut-before",
	"cut-torn",
	"cut-after",
];

/** An RTC on the real time line: right but for its rate, its step, and what a test does to it. */
export class SimRtc {
	rate = 0;
	resolutionMs = 10;
	isAbsent = false;
	isReadOnly = false;
	/** Where it is set, each reading gives the next of these. */
	readings: (number | undefined)[] = [];
	stoodStillAtMs: number | undefined;
	#offsetMs: number;
	#sinceRealMs: number;
	readonly #real: () => number;

	constructor(real: () => number) {
		this.#real = real;
		this.#sinceRealMs = real();
		this.#offsetMs = real();
	}

	get time(): number | undefined {
		if (this.readings.length > 0) return this.readings.shift();
		if (this.isAbsent) return undefined;
		return Math.floor(this.#exactMs() / this.resolutionMs) * this.resolutionMs;
	}

	set time(timeMs: number | undefined) {
		if (this.isReadOnly) throw new Error("RTC does not answer");
		this.moveTo(timeMs as number);
		this.isAbsent = false;
		this.stoodStillAtMs = undefined;
	}

	moveTo(timeMs: number): void {
		this.#offsetMs = timeMs;
		this.#sinceRealMs = this.#real();
	}

	jump(byMs: number): void {
		this.moveTo(this.#exactMs() + byMs);
	}

	setRate(rate: number): void {
		this.moveTo(this.#exactMs());
		this.rate = rate;
	}

	standStill(): void {
		this.stoodStillAtMs = this.#exactMs();
	}

	#exactMs(): number {
		return this.stoodStillAtMs ?? this.#offsetMs + (this.#real() - this.#sinceRealMs) * (1 + this.rate);
	}
}

/** Both media of a product, with their operations counted as one sequence. */
class Media {
	operations = 0;
	faultAt: number | undefined;
	faultKind: FaultKind = "throws";
	tornShare = 0.5;
	isDead = false;
	bootCounted = false;
	onCut: () => void = () => {};

	store(memory: MemoryStore) {
		return {
			read: (key: string) => {
				if (this.isDead) throw new Error("no power");
				return memory.read(key);
			},
			write: (key: string, value: ArrayBuffer) => {
				const torn = Math.floor(value.byteLength * this.tornShare);
				this.#change(
					() => {
						memory.write(key, value);
						if (key.startsWith("boot-")) this.bootCounted = true;
					},
					() => {
						memory.tearNextWriteAt(torn);
						memory.write(key, value);
					},
				);
			},
			delete: (key: string) => {
				this.#change(
					() => memory.delete(key),
					() => {},
				);
			},
		};
	}

	#change(whole: () => void, part: () => void): void {
		if (this.isDead) throw new Error("no power");
		const faulty = this.operations++ === this.faultAt;
		if (!faulty) {
			whole();
			return;
		}
		switch (this.faultKind) {
			case "throws":
				throw new Error("medium does not take writes");
			case "torn":
				part();
				return;
			case "dropped":
				return;
			case "cut-before":
				break;
			case "cut-torn":
				part();
				break;
			case "cut-after":
				whole();
				break;
		}
		this.isDead = true;
		this.onCut();
		throw new Error("no power");
	}
}

export interface Boot {
	result: OffTimeResult;
	/** The true off-time before this boot, counted from the last instant of an on-time that could be seen. */
	realOffMs: number;
	/** The power went during the measurement: there is no result. */
	isCut: boolean;
	offTime: OffTime;
}

export interface ProductOptions {
	board?: Partial<Board>;
	policy?: Partial<OffTimePolicy>;
	/** How late each timer is. */
	lateMs?: () => number;
	stamp?: PowerFailStamp;
}

/** A product on a real time line: power, RTC, two media. Tests switch it on and off and compare what it says with the truth. */
export class Product {
	realMs = START_REAL_MS;
	readonly rtc: SimRtc;
	readonly marks = new MemoryStore();
	readonly flash = new MemoryStore();
	readonly media = new Media();
	readonly board: Board;
	readonly troubles: string[] = [];
	fed = 0;
	timersSet = 0;
	/** The last instant at which the product was on and could have known it. */
	lastOnRealMs = START_REAL_MS;
	offTime: OffTime | undefined;
	#ticks = new VirtualClock();
	readonly #pending = new Set<unknown>();
	readonly #options: ProductOptions;

	constructor(options: ProductOptions = {}) {
		this.#options = options;
		this.board = { ...ASSUMED_BOARD, ...options.board };
		this.rtc = new SimRtc(() => this.nowReal());
		this.rtc.resolutionMs = this.board.resolutionMs;
		this.media.onCut = () => {
			if (this.media.bootCounted) this.lastOnRealMs = this.nowReal();
		};
	}

	nowReal(): number {
		return this.realMs + this.#ticks.now();
	}

	/** Power on, and the measurement. */
	boot(options: { resetCause?: ResetCause; given?: number } = {}): Boot {
		this.off(0);
		const realOffMs = this.nowReal() - this.lastOnRealMs;
		this.media.bootCounted = false;
		const ticks = this.#ticks;
		const clock: Clock = {
			now: () => ticks.now(),
			setTimeout: (callback, delayMs) => {
				this.timersSet++;
				const run = () => {
					this.#pending.delete(id);
					callback();
				};
				const id = ticks.setTimeout(run, delayMs + (this.#options.lateMs?.() ?? 0));
				this.#pending.add(id);
				return id;
			},
			clearTimeout: (id) => {
				this.#pending.delete(id);
				ticks.clearTimeout(id);
			},
		};
		this.offTime = new OffTime({
			rtc: this.rtc,
			clock,
			markStore: this.media.store(this.marks),
			flashStore: this.media.store(this.flash),
			board: this.board,
			resetCause: options.resetCause ?? "power-on",
			policy: this.#options.policy,
			given: options.given,
			powerFailStamp: this.#options.stamp,
			onMarked: () => {
				this.fed++;
			},
			onTrouble: (error) => this.troubles.push(`${error.name}: ${error.message}`),
		});
		const result = this.offTime.measure();
		const isCut = this.media.isDead;
		if (!isCut) {
			this.lastOnRealMs = this.nowReal();
			this.media.bootCounted = true;
		}
		return { result, realOffMs, isCut, offTime: this.offTime };
	}

	/** Runs for `durationMs`, or until the power goes. */
	run(durationMs: number): void {
		if (this.media.isDead) return;
		this.offTime?.run();
		const endMs = this.#ticks.now() + durationMs;
		while (!this.media.isDead) {
			const nextMs = this.#ticks.nextAt();
			if (nextMs === undefined || nextMs > endMs) {
				this.#ticks.advance(endMs - this.#ticks.now());
				break;
			}
			this.#ticks.advance(Math.max(0, nextMs - this.#ticks.now()));
		}
		if (!this.media.isDead) this.lastOnRealMs = this.nowReal();
	}

	/** The program stands still with the power on: no timer runs. */
	stall(durationMs: number): void {
		this.offTime?.stop();
		this.idle(durationMs);
		this.run(0);
	}

	/** Time passes with the power on; nobody asks the off-time to run. */
	idle(durationMs: number): void {
		this.#ticks.advance(durationMs);
		this.lastOnRealMs = this.nowReal();
	}

	/** How many timers are set and have neither run nor been cleared. */
	timersPending(): number {
		return this.#pending.size;
	}

	/** A power cut, and the time until the power is back. */
	off(durationMs: number): void {
		this.realMs = this.nowReal() + durationMs;
		this.#ticks = new VirtualClock();
		this.#pending.clear();
		this.media.isDead = false;
	}

	/** An orderly power-off. */
	orderlyOff(durationMs: number): void {
		if (!this.media.isDead) this.offTime?.markFinal();
		this.off(durationMs);
	}
}

export function opens(boot: Boot, thresholdMs = 600_000): boolean {
	return !boot.isCut && "atLeastMs" in boot.result && boot.result.atLeastMs >= thresholdMs;
}
