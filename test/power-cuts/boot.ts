import type { ModemFlash } from "../../hosts/emulator/flash.js";
import type { PartitionFlash } from "../../hosts/emulator/partition-flash.js";
import type { ProcessorFlash } from "../../hosts/emulator/processor-flash.js";
import type { MemoryStore } from "../../hosts/sim/memory-store.js";
import { identifyImage, type OwnImage, SimulatedProduct } from "../../hosts/sim/simulated-product.js";
import { bytesFromAscii, equalBytes } from "../../modules/storage/bytes.js";
import { DEFAULT_POLICY, type Policy } from "../../modules/window/policy.js";
import { testPublicKey } from "../support/orders.js";
import { BootChecker, type BootGround, type Insight, type Violation } from "./checker/boot-checker.js";
import { latin1 } from "./checker/bytes.js";
import type { Truth } from "./checker/truth.js";
import { modemKey, ownKey, restore, type Snapshot, sensorKey, stateKey, take } from "./snapshot.js";
import { StepClock } from "./step-clock.js";
import { recordOf, type StoredFacts, storedFacts, storedKey } from "./stored-facts.js";
import {
	envelopeOf,
	filesOf,
	forgedEnvelope,
	forgetSettings,
	imageOf,
	type OrderFacts,
	type Other,
	orderFacts,
	QUICK_MODEM,
	QUICK_SENSOR,
	SEQUENCE,
	type World,
} from "./world.js";

/** Where the power can go. */
export const PLACES = Object.freeze([
	"write-before",
	"write-torn",
	"write-after",
	"timer",
	"byte-to-modem",
	"byte-to-host",
	"own-flash",
	"swap",
] as const);
const CHANGES_CHIPS: readonly Place[] = ["timer", "byte-to-modem", "byte-to-host", "swap"];
export type Place = (typeof PLACES)[number];

/** What is written where. */
export interface Tear {
	medium: "battery" | "flash";
	key: string;
	value: ArrayBuffer;
}

/** What the power cut leaves, for whoever wants it: most cut points leave what another one has left. */
export interface CutPoint {
	place: Place;
	/** Counts the cut points of this boot, from 0; the same boot counts the same. */
	ordinal: number;
	/** From power-on, ms. */
	atMs: number;
	/** The state without times, counters and logs. */
	key(): string;
	take(): { snapshot: Snapshot; truth: Truth };
}

/** A write that is about to happen, for whoever wants to tear it. */
export interface Write {
	/** The cut point right before it. */
	ordinal: number;
	stateKey: string;
	medium: Tear["medium"];
	key: string;
	old: ArrayBuffer | undefined;
	value: ArrayBuffer;
	/** What the cut leaves of everything else. */
	take(): { snapshot: Snapshot; truth: Truth };
}

export interface BootOptions {
	world: World;
	snapshot: Snapshot;
	truth: Truth;
	offMs: number;
	envelope?: Uint8Array | undefined;
	/** Bytes arrive one by one, with a cut point between any two. */
	bytewise?: boolean;
	/** True ends the boot there. */
	onPoint?: (point: CutPoint) => boolean;
	onWrite?: (write: Write) => boolean;
	/** The boot has done what it does before it waits for anything. True ends it there. */
	onStarted?: (key: string) => boolean;
	onTrace?: (atMs: number, text: string) => void;
	/** Ends with an orderly power-off, at this instant of the boot. */
	switchOffAtMs?: number;
	/** Time jumps by so much in the middle of waiting: none is left out. */
	quietMs?: number;
}

export interface BootEnd {
	violations: readonly Violation[];
	/** The whole boot ran, to its quiet end; false where somebody ended it. */
	whole: boolean;
	side: string;
	said: string;
	window: string;
	snapshot: Snapshot;
	truth: Truth;
	key: string;
	points: number;
	byPlace: Readonly<Record<Place, number>>;
	virtualMs: number;
}

const QUIET_MS = 8_000;
const AFTER_RELEASE_MS = 9_000;
const AFTER_RELEASE_MAX_MS = 240_000;
const STEPS_MAX = 200_000;

/** What is the same at each boot of a world. */
interface Fixed {
	policy: Policy;
	files: Record<string, Uint8Array<ArrayBuffer>>;
	facts: OrderFacts;
	offer: Uint8Array | undefined;
}

/** Made at the first use: in XS nothing that a module makes while it is loaded can change. */
let fixed: Map<World, Fixed> | undefined;

function fixedOf(world: World): Fixed {
	fixed ??= new Map();
	let known = fixed.get(world);
	if (!known) {
		const { mode, policy } = world;
		known = {
			policy: { ...DEFAULT_POLICY, mode, ...policy },
			files: filesOf(world),
			facts: orderFacts(world),
			offer: offerOf(world),
		};
		fixed.set(world, known);
	}
	return known;
}

let publicKey: Uint8Array | undefined;
/** What our own MCU's images are, by their bytes: at each boot they are the same few. */
let ownImages: Map<string, OwnImage | undefined> | undefined;

function identify(image: Uint8Array): OwnImage | undefined {
	ownImages ??= new Map();
	const bytes = latin1(image);
	if (!ownImages.has(bytes)) ownImages.set(bytes, identifyImage(image));
	return ownImages.get(bytes);
}

/** A product as this world has it, without power, on a clock of its own. */
export function productOf(
	world: World,
	clock: StepClock,
	onEvent: (event: { event: string }) => void,
	onOwnOperation?: () => void,
): SimulatedProduct {
	const { model, others, source } = world;
	publicKey ??= testPublicKey();
	const { facts, policy, files } = fixedOf(world);
	const { from, to, sizeBytes } = facts;
	const product = new SimulatedProduct({
		world: clock,
		model,
		version: from,
		publicKey,
		policy,
		behaviour: { ...QUICK_MODEM, ...world.behaviour },
		processors: others
			.filter((name) => name !== "self")
			.map((name) => ({
				name,
				image: imageOf(name, "old"),
				behaviour: { ...QUICK_SENSOR, ...world[name] },
			})),
		own: others.includes("self") ? { name: "self", image: imageOf("self", "old") } : undefined,
		identify,
		images: files,
		onEvent,
		...(onOwnOperation ? { onOwnOperation } : {}),
	});
	if (source === "avms" && world.job !== "none")
		product.server.addJob({ version: to, sizeBytes, ...world.job });
	Object.assign(product.server, world.server ?? {});
	return product;
}

/** One boot, from power-on to a quiet end or to a cut, with every promise checked and every cut point told. */
export class Boot {
	readonly #options: BootOptions;
	readonly #clock = new StepClock();
	readonly #product: SimulatedProduct;
	readonly #checker: BootChecker;
	readonly #modem: ModemFlash;
	readonly #sensors: readonly ProcessorFlash[];
	readonly #own: PartitionFlash | undefined;
	readonly #wasInstalling: boolean;
	readonly #byPlace = Object.fromEntries(PLACES.map((place) => [place, 0])) as Record<Place, number>;
	#points = 0;
	#stopped = false;
	/** Of each processor, the swap that its bootloader is at: when it went on, and how far it had come. */
	readonly #swaps: ({ beganMs: number; doneMs: number } | undefined)[] = [];
	#storesDirty = true;
	/** Only a timer, or a byte that arrives, changes what the other chips hold. */
	#chipsDirty = true;
	#facts: StoredFacts | undefined;
	#parts = { stored: "", modem: "", sensor: "", own: "" };
	#ownOperations = -1;
	#changedAtMs = 0;
	#commands = 0;
	#stalledUntilMs = 0;
	#modemText = "";

	constructor(options: BootOptions) {
		this.#options = options;
		const { world, snapshot, truth, offMs, onTrace } = options;
		this.#product = productOf(
			world,
			this.#clock,
			(event) => {
				onTrace?.(this.#clock.now(), `= ${JSON.stringify(event)}`);
				this.#checker.hear(event);
			},
			() => this.#point("own-flash"),
		);
		const product = this.#product;
		restore(product, snapshot);
		product.rtc.time = snapshot.rtcMs + offMs;
		this.#modem = product.modemFlash;
		this.#wasInstalling = snapshot.modem.installing;
		this.#sensors = product.processors.map(({ flash }) => flash);
		this.#own = product.ownFlash;
		this.#checker = new BootChecker({
			ground: this.#ground(truth),
			insight: () => this.#insight(),
			now: () => this.#clock.now(),
		});
		this.#hookStore("battery", product.battery);
		this.#hookStore("flash", product.flash);
		this.#hookWire("modem", product.wire);
		for (const { name, wire } of product.processors) this.#hookWire(name, wire);
	}

	/** What was decided; "" before it. */
	get window(): string {
		return this.#checker.window;
	}

	run(): BootEnd {
		const { envelope, onStarted, world } = this.#options;
		this.#caught(() => this.#product.switchOn(envelope ?? fixedOf(world).offer));
		for (const atMs of world.asksAtMs ?? [])
			this.#clock.setTimeout(() => !this.#stopped && this.#product.server.notify(), atMs);
		const { upset } = world;
		if (upset) this.#clock.setTimeout(() => this.#upset(upset.restarts), upset.atMs);
		this.#noticeSwaps();
		this.#point("timer");
		if (!this.#stopped && onStarted?.(this.#key())) this.#stopped = true;
		const whole = !this.#stopped && this.#runOn();
		if (whole) this.#checker.end();
		const { violations, side, said, window, truth } = this.#checker;
		const end: BootEnd = {
			violations,
			whole,
			side,
			said,
			window,
			snapshot: this.#take(),
			truth,
			key: this.#key(),
			points: this.#points,
			byPlace: this.#byPlace,
			virtualMs: this.#clock.now(),
		};
		this.#product.cutPower();
		return end;
	}

	/** True where the boot came to a quiet end. */
	#runOn(): boolean {
		const { switchOffAtMs = Number.POSITIVE_INFINITY } = this.#options;
		for (let steps = 0; !this.#stopped; steps++) {
			const nextAtMs = this.#clock.nextAt() ?? Number.POSITIVE_INFINITY;
			if (nextAtMs > switchOffAtMs) return this.#switchOff(switchOffAtMs);
			if (this.#isQuiet(nextAtMs)) return true;
			if (this.#checker.isOverdue() || steps > STEPS_MAX) return true;
			this.#cutSwap(nextAtMs);
			if (this.#stopped) break;
			this.#caught(() => this.#clock.step());
			this.#noticeSwaps();
			this.#point("timer");
		}
		return false;
	}

	#upset(restarts: boolean): void {
		const { modem, modemFlash } = this.#product;
		if (this.#stopped || this.#checker.window !== "closed" || modem.phase === "installing") return;
		forgetSettings(modemFlash);
		if (!restarts) return;
		modem.powerOff();
		modem.powerOn();
	}

	/** What reaches the clock's callbacks would end the firmware. */
	#caught(action: () => void): void {
		try {
			action();
		} catch (error) {
			this.#checker.threw(error as Error);
			this.#stopped = true;
		}
	}

	#switchOff(atMs: number): boolean {
		this.#clock.moveTo(atMs);
		// While our own MCU starts again nobody hears the switch: the power goes.
		const isHeard = this.#product.isRunning;
		let isOff = false;
		this.#product.switchOff(() => {
			isOff = true;
		});
		while (!isOff && !this.#stopped && this.#clock.step()) this.#point("timer");
		if (!this.#stopped && isHeard) this.#checker.switchedOff(this.#clock.now() - atMs);
		return false;
	}

	/** Nothing has changed for a while after the release, and nothing is under way. */
	#isQuiet(nextAtMs: number): boolean {
		const checker = this.#checker;
		if (!checker.released) return false;
		const sinceMs = Math.min(nextAtMs, checker.releasedAtMs + AFTER_RELEASE_MAX_MS) - checker.releasedAtMs;
		if (sinceMs >= AFTER_RELEASE_MAX_MS) return true;
		if (sinceMs < AFTER_RELEASE_MS || nextAtMs - this.#changedAtMs < QUIET_MS) return false;
		const { modem, server, processors } = this.#product;
		const isBusy =
			modem.phase === "installing" ||
			modem.phase === "booting" ||
			server.sessionOpen ||
			processors.some(({ processor }) => processor.phase === "swapping" || processor.phase === "booting");
		return !isBusy;
	}

	#cutSwap(nextAtMs: number): void {
		if (nextAtMs - this.#clock.now() < 2 || !this.#swaps.some((swap) => swap)) return;
		this.#clock.moveTo(Math.floor((this.#clock.now() + nextAtMs) / 2));
		this.#point("swap");
	}

	#noticeSwaps(): void {
		this.#product.processors.forEach(({ processor, flash }, i) => {
			const isSwapping = processor.phase === "swapping";
			if (isSwapping === (this.#swaps[i] !== undefined)) return;
			this.#swaps[i] = isSwapping
				? { beganMs: this.#clock.now(), doneMs: flash.swap?.doneMs ?? 0 }
				: undefined;
		});
	}

	/** How far each processor's swap has come, ms; undefined where none is under way. */
	get #swapsDoneMs(): (number | undefined)[] {
		return this.#sensors.map((_, i) => {
			const swap = this.#swaps[i];
			return swap && swap.doneMs + this.#clock.now() - swap.beganMs;
		});
	}

	#point(place: Place): void {
		if (this.#stopped) return;
		const ordinal = this.#points++;
		this.#byPlace[place]++;
		if (CHANGES_CHIPS.includes(place)) this.#chipsDirty = true;
		const { onPoint } = this.#options;
		if (!onPoint) {
			if (place === "timer") this.#key();
			return;
		}
		const end = onPoint({
			place,
			ordinal,
			atMs: this.#clock.now(),
			key: () => this.#key(),
			take: () => this.#takeWithTruth(),
		});
		if (end) this.#stopped = true;
	}

	#takeWithTruth(): { snapshot: Snapshot; truth: Truth } {
		return { snapshot: this.#take(), truth: this.#checker.truth };
	}

	#take(): Snapshot {
		return take(this.#product, this.#swapsDoneMs);
	}

	#key(): string {
		const parts = this.#parts;
		if (this.#storesDirty) {
			this.#storesDirty = false;
			this.#facts = undefined;
			parts.stored = storedKey(this.#storedFacts());
		}
		if (this.#chipsDirty) {
			this.#chipsDirty = false;
			parts.modem = modemKey(this.#modem);
			const done = this.#swapsDoneMs;
			const keys = this.#sensors.map((flash, i) => sensorKey(flash, done[i]));
			parts.sensor = keys.join();
		}
		const operations = this.#product.partitions?.operations ?? 0;
		if (this.#own && operations !== this.#ownOperations) {
			this.#ownOperations = operations;
			parts.own = ownKey(this.#own);
			this.#checker.ownChanged();
		}
		const key = stateKey(
			parts,
			this.#product.server.jobs.map(({ state }) => state),
			this.#checker.truth,
		);
		if (parts.modem !== this.#modemText) {
			this.#modemText = parts.modem;
			this.#changedAtMs = this.#clock.now();
		}
		return key;
	}

	#storedFacts(): StoredFacts {
		this.#facts ??= storedFacts(this.#product.battery.values, this.#product.flash.values);
		return this.#facts;
	}

	#hookStore(medium: Tear["medium"], store: MemoryStore): void {
		const write = store.write.bind(store);
		const remove = store.delete.bind(store);
		replaceMethod(store, "write", (key, value) => {
			this.#point("write-before");
			if (!this.#stopped && this.#options.onWrite) {
				const old = store.values.get(key);
				const end = this.#options.onWrite({
					ordinal: this.#points - 1,
					stateKey: this.#key(),
					medium,
					key,
					old,
					value,
					take: () => this.#takeWithTruth(),
				});
				if (end) this.#stopped = true;
			}
			write(key, value);
			this.#storesDirty = true;
			if (key.startsWith("boot-")) this.#checker.counted();
			this.#point("write-after");
		});
		replaceMethod(store, "delete", (key) => {
			this.#point("write-before");
			remove(key);
			this.#storesDirty = true;
			this.#point("write-after");
		});
	}

	#hookWire(name: string, wire: SimulatedProduct["wire"]): void {
		const toModem = wire.toModem.bind(wire);
		const toHost = wire.toHost.bind(wire);
		const { bytewise, onTrace, world } = this.#options;
		const stalls = name === "modem" ? world.stalls : undefined;
		replaceMethod(wire, "toModem", (bytes) => {
			if (this.#stopped) return;
			if (stalls) this.#countCommands(bytes, stalls);
			onTrace?.(this.#clock.now(), `> ${name} ${shownBytes(bytes)}`);
			this.#checker.bytes(name, "to-modem", new Uint8Array(bytes));
			if (name === "modem" && this.#isRefused(bytes)) return;
			this.#pass("byte-to-modem", bytes, bytewise, toModem);
		});
		replaceMethod(wire, "toHost", (bytes) => {
			if (this.#stopped) return;
			if (stalls && this.#isStalled(() => wire.toHost(bytes))) return;
			onTrace?.(this.#clock.now(), `< ${name} ${shownBytes(bytes)}`);
			this.#checker.bytes(name, "to-host", new Uint8Array(bytes));
			this.#changedAtMs = this.#clock.now();
			this.#pass("byte-to-host", bytes, bytewise, toHost);
		});
	}

	#isRefused(bytes: ArrayBuffer): boolean {
		const { refuses } = this.#options.world;
		if (refuses === undefined || !latin1(new Uint8Array(bytes)).startsWith(refuses)) return false;
		const answer = bytesFromAscii("\r\nERROR\r\n").buffer;
		this.#clock.setTimeout(() => this.#product.wire.toHost(answer), 1);
		return true;
	}

	/** `AT` alone is not counted, for that is what a host says until it is answered. */
	#countCommands(bytes: ArrayBuffer, { everyCommands, durationMs }: NonNullable<World["stalls"]>): void {
		if (!latin1(new Uint8Array(bytes)).includes("AT+")) return;
		if (++this.#commands % everyCommands === 0) this.#stalledUntilMs = this.#clock.now() + durationMs;
	}

	/** What comes while the line stands still comes after it, in order. */
	#isStalled(later: () => void): boolean {
		const leftMs = this.#stalledUntilMs - this.#clock.now();
		// Less is what rounding leaves of a wait that is over.
		if (leftMs < 0.5) return false;
		this.#clock.setTimeout(later, leftMs);
		return true;
	}

	#pass(
		place: Place,
		bytes: ArrayBuffer,
		bytewise: boolean | undefined,
		pass: (bytes: ArrayBuffer) => void,
	): void {
		if (!bytewise) {
			pass(bytes);
			// A point has the same ordinal whether the bytes before it were points or not.
			this.#points += bytes.byteLength - 1;
			this.#point(place);
			return;
		}
		for (let at = 0; at < bytes.byteLength && !this.#stopped; at++) {
			pass(bytes.slice(at, at + 1));
			this.#point(place);
		}
	}

	#ground(truth: Truth): BootGround {
		const { world, offMs, snapshot } = this.#options;
		const { policy, facts } = fixedOf(world);
		return {
			...facts,
			hasModem: world.source !== "none",
			isLocal: world.source === "local",
			prefetch: policy.mode === "prefetch",
			lastOffMs: offMs,
			rtcMs: snapshot.rtcMs + offMs,
			thresholdMs: policy.thresholdMs,
			windowMs: policy.windowMs,
			installMs: policy.installMs,
			acceptWithinMs: policy.acceptWithinMs,
			recoverWithinMs: policy.recoverWithinMs,
			closingMs: policy.reportWithinMs + policy.endWithinMs,
			prefetchEveryMs: policy.prefetchEveryMs,
			attemptsMax: policy.attemptsMax,
			offered: this.#options.envelope ? undefined : world.offers,
			truth,
		};
	}

	#insight(): Insight {
		const { modem, modemFlash, server, battery, flash } = this.#product;
		const { journal, keys } = this.#storedFactsNow();
		const stored = modemFlash.stored ?? modemFlash.download?.package;
		const asks = Object.entries(modemFlash.agreements);
		return {
			modemVersion: modemFlash.version,
			stored: stored ?? undefined,
			// One that was cut off goes on at a later session, if ever: it counts from then on.
			installing: modem.phase === "installing" || (modemFlash.installing && !this.#wasInstalling),
			agreed:
				asks.every(([kind, asked]) => asked || !this.#asked(kind)) &&
				(modemFlash.indications ?? 0) > 0 &&
				modemFlash.pollMinutes === 0,
			waits: modemFlash.stored !== null && !modemFlash.installing,
			hasModemUp: modem.phase === "running",
			sessionOpen: server.sessionOpen,
			others: this.#othersNow(),
			journal,
			sequence: this.#sequenceNow(),
			storageKeys: keys.length,
			storageBytesMax: Math.max(
				0,
				...[...battery.values.values(), ...flash.values.values()].map(({ byteLength }) => byteLength),
			),
		};
	}

	/** The HL7692 knows no agreement to restart or to uninstall. */
	#asked(kind: string): boolean {
		return this.#modem.model === "HL7800" || (kind !== "reboot" && kind !== "uninstall");
	}

	#storedFactsNow(): StoredFacts {
		if (this.#storesDirty) this.#key();
		return this.#storedFacts();
	}

	#sequenceNow(): number {
		const record = recordOf(this.#product.flash.values, "order");
		if (!record) return 0;
		sequences ??= new WeakMap();
		let sequence = sequences.get(record);
		if (sequence === undefined) {
			({ sequence } = JSON.parse(latin1(record)) as { sequence: number });
			sequences.set(record, sequence);
		}
		return sequence;
	}

	#othersNow(): Record<string, string> {
		const others: Record<string, string> = {};
		for (const { name, flash } of this.#product.processors) others[name] = sensorSide(name as Other, flash);
		if (this.#own) others.self = this.#ownSide();
		return others;
	}

	#ownSide(): string {
		const { partitions } = this.#product;
		const own = this.#own as PartitionFlash;
		if (!partitions?.running) return "restarting";
		const bytes = own.partitions[partitions.running];
		const side = sideOf("self", bytes);
		const { onTrial, next } = partitions.state();
		return onTrial ? `${side} on trial` : next === "running" ? side : `${side}, then ${next}`;
	}
}

let sequences: WeakMap<object, number> | undefined;

function sideOf(name: Other, bytes: Uint8Array): string {
	for (const side of ["old", "new"] as const) if (equalBytes(bytes, imageOf(name, side))) return side;
	return "unknown";
}

function sensorSide(name: Other, { slots, confirmed, pending, swap }: ProcessorFlash): string {
	const side = sideOf(name, slots[0]);
	if (swap) return `${side}, swapping`;
	if (pending !== null) return `${side}, ${pending} pending`;
	return confirmed ? side : `${side} on trial`;
}

/** What this world offers at every boot of its story. */
function offerOf(world: World): Uint8Array | undefined {
	if (!world.offers) return undefined;
	if (world.offers === "replay") return envelopeOf(world, 1);
	// Another order with the number of the one in force.
	if (world.offers === "same-sequence") return envelopeOf({ ...world, source: "local" }, SEQUENCE);
	return world.offers === "forged" ? forgedEnvelope(world) : envelopeOf(world, 3).slice(0, -40);
}

function shownBytes(bytes: ArrayBuffer): string {
	return JSON.stringify(latin1(new Uint8Array(bytes)));
}

/** Defined, not assigned: in XS the prototype is frozen. */
function replaceMethod<Target extends object, Name extends keyof Target>(
	target: Target,
	name: Name,
	value: Target[Name],
): void {
	Object.defineProperty(target, name, { value });
}
