import type { Model } from "../../hosts/emulator/families.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { EventLog, LOG_RECORDS } from "../../modules/log/event-log.js";
import { EventRecorder } from "../../modules/window/event-recorder.js";
import type { ProductEvent } from "../../modules/window/events.js";
import type { CaseResult } from "../noise/cases.js";
import { HOUR_MS, Life, MINUTE_MS, SECOND_MS } from "../noise/life.js";
import { fillNoise, latin1, NOISE_KINDS } from "../noise/noise-blocks.js";
import { Xorshift } from "../noise/xorshift.js";
import { VERSIONS } from "../support/orders.js";
import { age, ageBoots } from "./old-storage.js";

const DAY_MS = 24 * HOUR_MS;
const THRESHOLD_MS = 10 * MINUTE_MS;
const SEQUENCE_LAST = 2 ** 31 - 1;
/** The product's whole storage, log included. */
const LOG_KEYS_MAX = LOG_RECORDS.lasting + LOG_RECORDS.routine;
/** A window in which nothing is in the way is one that updates; those that are cut are not counted. */
const WINDOWS_MAX = 6;
/** The job of every so many-th order comes late, and meanwhile the product stays on for longer than prefetch waits between two sessions. */
const LATE_EVERY_ORDERS = 4;
const STAYS_ON_MS = 30 * HOUR_MS;

export interface YearOptions {
	seed: number;
	model: Model;
	prefetch: boolean;
	days: number;
	/** From one order to the next. */
	orderEveryDays: number;
	/** An order as a signed envelope: from any of the versions to this one. */
	orderOf(sequence: number, to: string, sizeBytes: number): Uint8Array;
	/** How far the year is. */
	onDay?(day: number): void;
	/** Hears every event. */
	onEvent?(event: ProductEvent, atMs: number): void;
}

/** What the orders of so many days ask for; the last one has the highest sequence there is. */
export function ordersOfYear({
	model,
	days,
	orderEveryDays,
}: Pick<YearOptions, "model" | "days" | "orderEveryDays">): {
	sequence: number;
	to: string;
	sizeBytes: number;
}[] {
	const versions = VERSIONS[model];
	const orders = Math.ceil(days / orderEveryDays);
	return Array.from({ length: orders }, (_, i) => ({
		sequence: SEQUENCE_LAST - orders + 1 + i,
		to: versions[(i + 1) % versions.length] as string,
		sizeBytes: 100_001 + i,
	}));
}

export interface YearResult extends CaseResult {
	boots: number;
	cuts: number;
	orders: number;
	/** Writes by key, over the year, the most first. */
	writes: readonly (readonly [key: string, writes: number])[];
}

/**
 * A year of a product: boots, power cuts at any instant, orderly ends, orders, updates, requests by the server, a clock that is
 * set, in virtual time; and every counter near its end at the beginning. All that is promised is looked at after each boot.
 */
export function liveAYear(options: YearOptions): YearResult {
	const { seed, model, prefetch, days, orderEveryDays, orderOf, onDay, onEvent = () => {} } = options;
	const random = new Xorshift(seed);
	const logStore = new MemoryStore();
	const writes = new Map<string, number>();
	const faults: string[] = [];
	const summary: string[] = [];
	let recorder = new EventRecorder({ log: { append: () => {} } });
	let bootNumber = 0;
	const life = new Life({
		model,
		prefetch,
		onEvent: (event) => {
			recorder.hear(event);
			onEvent(event, clock.now());
		},
	});
	const { product, clock } = life;
	for (const store of [product.flash, product.battery, logStore]) count(store, writes);
	ageBoots(product.flash.values, 0xffff_ffff - 40, 0xffff - 3);

	const versions = VERSIONS[model];
	const orders = ordersOfYear(options);
	let orderNumber = 0;
	let pending: Uint8Array | undefined;
	let target: string = versions[0];
	let windows = 0;
	let boots = 0;
	let cuts = 0;
	let isAged = false;
	let lateJob: (() => void) | undefined;

	const on = (): void => {
		boots++;
		bootNumber++;
		const log = new EventLog({ store: logStore, rtc: product.rtc, boot: () => bootNumber, order: () => "" });
		recorder = new EventRecorder({ log });
		life.on(pending);
	};
	const hasEvent = (name: string): boolean => life.events.some(({ event }) => event === name);

	for (let day = 0; day < days; day++) {
		onDay?.(day);
		if (day % orderEveryDays === 0) {
			if (orderNumber > 0 && product.modemFlash.version !== target)
				faults.push(
					`P8: day ${day}: ${product.modemFlash.version} and not ${target} after ${windows} windows`,
				);
			const { sequence, to, sizeBytes } = orders[orderNumber++] as (typeof orders)[number];
			target = to;
			pending = orderOf(sequence, to, sizeBytes);
			product.server.cancelJobs();
			const addJob = () => product.server.addJob({ version: to, sizeBytes });
			if (prefetch && orderNumber % LATE_EVERY_ORDERS === 0) lateJob = addJob;
			else addJob();
			windows = 0;
		}
		for (let times = 1 + random.below(3); times > 0; times--) {
			on();
			if (hasEvent("order")) {
				const order = life.events.find(({ event }) => event === "order");
				if (order?.outcome === "refused") faults.push(`P9: day ${day}: ${String(order.message)}`);
				pending = undefined;
			}
			const isCut = random.oneIn(5);
			if (isCut) {
				cuts++;
				life.run(random.below(4 * MINUTE_MS));
			} else {
				const isOpen = life.events.some(({ event, window }) => event === "decided" && window === "open");
				if (isOpen) windows++;
				life.until("released", 20 * MINUTE_MS);
				life.run((5 + random.below(15)) * MINUTE_MS);
				if (lateJob && pending === undefined) {
					life.run(STAYS_ON_MS);
					lateJob();
					lateJob = undefined;
				}
			}
			if (random.oneIn(6)) disturb(life, random);
			if (random.oneIn(60)) product.setClock(product.rtc.time ?? 0);
			if (random.oneIn(2)) life.off(offMs(random));
			else life.cut(offMs(random));
			look(day);
			life.forget();
			if (!isAged && boots > 4) {
				isAged = true;
				for (const key of ["mark", "boot"])
					age(key === "mark" ? product.battery.values : product.flash.values, key);
				for (const key of ["journal", "order", "order-seq"]) age(product.flash.values, key);
			}
		}
		// The rest of the day the product lies switched off.
		life.run(DAY_MS - (clock.now() % DAY_MS));
	}
	// Undisturbed windows, so that the last order comes into force, too.
	for (let window = 0; window < WINDOWS_MAX && product.modemFlash.version !== target; window++) {
		on();
		life.until("released", 20 * MINUTE_MS);
		life.run(10 * MINUTE_MS);
		life.cut(THRESHOLD_MS * 2);
		look(days);
		life.forget();
	}
	if (product.modemFlash.version !== target)
		faults.push(`P8: ${product.modemFlash.version} and not ${target} at the end of the year`);

	function look(day: number): void {
		const { version } = product.modemFlash;
		if (!versions.some((known) => known === version)) faults.push(`P5: day ${day}: ${version} runs`);
		if (logStore.values.size > LOG_KEYS_MAX) faults.push(`P8: ${logStore.values.size} records in the log`);
		for (const [key, value] of logStore.values)
			if (!/^(lasting|routine)-\d{1,2}$/.test(key) || value.byteLength > 200)
				faults.push(`P8: ${key} with ${value.byteLength} bytes in the log`);
		const records = new EventLog({
			store: logStore,
			rtc: product.rtc,
			boot: () => undefined,
			order: () => "",
		}).read();
		for (const [i, { sequence }] of records.entries())
			if (i > 0 && sequence <= (records[i - 1]?.sequence ?? 0))
				faults.push(`P8: day ${day}: the log is out of order`);
		if (day % 7 === 0)
			summary.push(
				`day ${day}: boot ${boots}, ${version}, ${records.length} records, last ${records[records.length - 1]?.sequence}`,
			);
		faults.push(...life.watch.faults.splice(0).map((fault) => `${fault} (day ${day})`));
	}

	const worn = [...writes].sort(([, a], [, b]) => b - a);
	summary.push(
		`${boots} boots, ${cuts} cuts, ${orderNumber} orders, ${worn.map((entry) => entry.join(" ")).join(", ")}`,
	);
	return {
		faults,
		log: summary,
		noiseBytes: life.noiseBytes,
		boots,
		cuts,
		orders: orderNumber,
		writes: worn,
	};
}

function offMs(random: Xorshift): number {
	switch (random.below(4)) {
		case 0:
			return random.below(5 * SECOND_MS);
		case 1:
			return random.below(THRESHOLD_MS);
		default:
			return 11 * MINUTE_MS + random.below(HOUR_MS);
	}
}

/** What happens to a product that monitors: the server asks, the modem restarts, the line is noisy. */
function disturb(life: Life, random: Xorshift): void {
	switch (random.below(4)) {
		case 0:
			life.product.server.notify();
			break;
		case 1:
			life.product.modem.powerOff();
			life.product.modem.powerOn();
			break;
		case 2: {
			const block = new Uint8Array(1_000);
			fillNoise(block, random.pick(NOISE_KINDS), random);
			life.noise(block);
			break;
		}
		default:
			life.noise(latin1("\r\n+WDSI: 24\r\n\r\n+WDSI: 3\r\n"));
	}
	life.run(MINUTE_MS);
}

/** Counts each write under its key. */
function count(store: MemoryStore, writes: Map<string, number>): void {
	const write = store.write.bind(store);
	Object.defineProperty(store, "write", {
		value: (key: string, value: ArrayBuffer) => {
			writes.set(key, (writes.get(key) ?? 0) + 1);
			write(key, value);
		},
	});
}
