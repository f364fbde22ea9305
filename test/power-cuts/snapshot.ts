import type { ModemFlash } from "../../hosts/emulator/flash.js";
import type { PartitionFlash } from "../../hosts/emulator/partition-flash.js";
import type { ProcessorFlash } from "../../hosts/emulator/processor-flash.js";
import type { JobState } from "../../hosts/emulator/server.js";
import type { SimulatedProduct } from "../../hosts/sim/simulated-product.js";
import { latin1 } from "./checker/bytes.js";
import type { Truth } from "./checker/truth.js";
import { shortName } from "./stored-facts.js";

/** All that outlives the power, as plain data: a boot is started from it, as often as one likes. */
export interface Snapshot {
	battery: Map<string, ArrayBuffer>;
	flash: Map<string, ArrayBuffer>;
	modem: ModemFlash;
	jobs: JobState[];
	/** The processors beside the modem, in the order in which the world names them. */
	sensors: ProcessorFlash[];
	own: PartitionFlash | undefined;
	/** What the RTC shows when the power goes, ms since 1970. */
	rtcMs: number;
}

/** Bytes are shared: whoever holds a snapshot writes into none of them. */
export function copyStore(values: ReadonlyMap<string, ArrayBuffer>): Map<string, ArrayBuffer> {
	return new Map(values);
}

const copyPackage = <Value extends object | null>(value: Value): Value =>
	(value === null ? null : { ...value }) as Value;

export function copyModem(flash: ModemFlash): ModemFlash {
	const { download } = flash;
	return {
		...flash,
		agreements: { ...flash.agreements },
		retryMinutes: [...flash.retryMinutes],
		profile: { ...flash.profile },
		contexts: [...flash.contexts],
		asked: [...flash.asked],
		offer: copyPackage(flash.offer),
		download: download && { ...download, package: { ...download.package } },
		stored: copyPackage(flash.stored),
		report: copyPackage(flash.report),
	};
}

export function copySensor(flash: ProcessorFlash): ProcessorFlash {
	return {
		...flash,
		slots: [flash.slots[0].slice(), flash.slots[1].slice()],
		swap: copyPackage(flash.swap),
	};
}

export function copyOwn(flash: PartitionFlash): PartitionFlash {
	return {
		partitions: { a: flash.partitions.a.slice(), b: flash.partitions.b.slice() },
		otadata: flash.otadata.map((entry) => entry && { ...entry }),
	};
}

/** Puts what a snapshot holds into a product that has no power. */
export function restore(product: SimulatedProduct, snapshot: Snapshot): void {
	product.battery.values = copyStore(snapshot.battery);
	product.flash.values = copyStore(snapshot.flash);
	Object.assign(product.modemFlash, copyModem(snapshot.modem));
	snapshot.jobs.forEach((state, i) => {
		const job = product.server.jobs[i];
		if (job) job.state = state;
	});
	snapshot.sensors.forEach((flash, i) => {
		const sensor = product.processors[i];
		if (sensor) Object.assign(sensor.flash, copySensor(flash));
	});
	if (product.ownFlash && snapshot.own) Object.assign(product.ownFlash, copyOwn(snapshot.own));
}

/** What the power would leave if it went now. `swapsDoneMs`: how far each processor's bootloader has come with a swap. */
export function take(product: SimulatedProduct, swapsDoneMs: readonly (number | undefined)[]): Snapshot {
	const sensors = product.processors.map(({ flash }, i) => {
		const copy = copySensor(flash);
		const doneMs = swapsDoneMs[i];
		if (copy.swap && doneMs !== undefined) copy.swap.doneMs = doneMs;
		return copy;
	});
	return {
		battery: copyStore(product.battery.values),
		flash: copyStore(product.flash.values),
		modem: copyModem(product.modemFlash),
		jobs: product.server.jobs.map(({ state }) => state),
		sensors,
		own: product.ownFlash && copyOwn(product.ownFlash),
		rtcMs: product.rtc.time as number,
	};
}

/** What tells one modem from another; how often an install was tried and how often a session failed are counters. */
export function modemKey(flash: ModemFlash): string {
	const { offer, download, stored, report } = flash;
	const known = [offer, download?.package, stored].map(
		(each) => each && [each.jobId, each.version, each.sizeBytes],
	);
	const text = JSON.stringify([
		flash.version,
		Object.values(flash.agreements),
		flash.pollMinutes,
		flash.retryMinutes[0],
		flash.indications,
		flash.startReport,
		flash.profile.echo,
		flash.contextId,
		flash.contexts,
		flash.provisioned,
		flash.asked,
		known,
		download && [download.receivedBytes, download.pausedBy],
		flash.installing,
		flash.installAttempts > 1,
		report && [report.jobId, report.succeeded, report.indicated],
	]);
	return shortName(text);
}

/** A swap is at its beginning or in its middle; a finer time is none of the state's. */
export function sensorKey(
	{ slots, pending, confirmed, unlisted, swap }: ProcessorFlash,
	doneMs?: number,
): string {
	const swapping = swap ? `${swap.to} ${(doneMs ?? swap.doneMs) > 0}` : "";
	return shortName(`${latin1(slots[0])}|${latin1(slots[1])}|${pending} ${confirmed} ${unlisted} ${swapping}`);
}

export function ownKey({ partitions, otadata }: PartitionFlash): string {
	// The difference tells which entry is in force; how high they are is a counter.
	const low = Math.min(...otadata.map((entry) => entry?.sequence ?? 0).filter((sequence) => sequence > 0));
	const entries = otadata.map(
		(entry) => entry && `${entry.sequence - low} ${entry.partition} ${entry.state}`,
	);
	return shortName(`${latin1(partitions.a)}|${latin1(partitions.b)}|${entries.join(",")}`);
}

/** The state without times, counters and logs. What really happened is part of it as far as a check asks for it later. */
export function stateKey(
	{ stored, modem, sensor, own }: { stored: string; modem: string; sensor: string; own: string },
	jobs: readonly JobState[],
	{ attempts, accepted, matched }: Truth,
): string {
	return `${stored}|${modem}|${jobs.join()}|${sensor}|${own}|${attempts}${accepted}${matched}`;
}
