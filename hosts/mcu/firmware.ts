import { EventLog } from "update-window/log/event-log";
import type { BoardParts, OpenBoard } from "update-window/mcu/board";
import { elementsOf } from "update-window/mcu/board-elements";
import { checkedParts } from "update-window/mcu/checked-parts";
import { OrderImages } from "update-window/mcu/order-images";
import { OrderInlets } from "update-window/mcu/order-inlets";
import type { Settings } from "update-window/mcu/settings";
import { canonicalVersion } from "update-window/modem/version";
import { OffTime } from "update-window/off-time/off-time";
import type { UpdateOrder } from "update-window/order/order";
import { type OfferResult, OrderStore } from "update-window/order/order-store";
import { Journal } from "update-window/set/journal";
import { isGivenUp, isInForce } from "update-window/window/decide";
import { EventRecorder } from "update-window/window/event-recorder";
import type { ProductEvent } from "update-window/window/events";
import { Product } from "update-window/window/product";
import { windowOrder } from "update-window/window/window-order";

/** No boot's token names it: asking for it takes the token away. */
const NO_BOOT = -1;

export interface FirmwareOptions {
	openBoard: OpenBoard;
	settings: Settings;
}

/**
 * The product's parts on a board, put together. Events are printed as JSON lines.
 *
 * Two things can go wrong below it. A call into the board that fails is expected of hardware: the next boot is closed,
 * nothing is accepted in this one, an open window closes, and the guard goes on. An exception that nobody caught, and a
 * hold line that could not be driven, end the boot: hold is dropped and the MCU starts again, for a reset drops what
 * cannot be written.
 */
export class Firmware {
	readonly #board: BoardParts;
	readonly #settings: Settings;
	readonly #offTime: OffTime;
	readonly #orders: OrderStore;
	readonly #journal: Journal;
	readonly #product: Product<object>;
	readonly #images: OrderImages;
	readonly #inlets: OrderInlets;
	readonly #recorder: EventRecorder | undefined;
	/** For the event log, which asks at every entry. */
	#orderDigest = "";
	#isHeld = false;
	/** A call into the board failed in this boot. */
	#failed = false;
	#faulty = false;

	/** Opens the board; throws what the board throws. */
	constructor({ openBoard, settings }: FirmwareOptions) {
		this.#settings = settings;
		const parts = openBoard({
			markEveryMs: settings.policy.markEveryMs,
			onFault: (error) => this.#fault(error),
			onPowerFail: () => this.#markFinal(),
		});
		const board = checkedParts(parts, (error) => this.#boardFailed(error));
		this.#board = board;
		const { policy } = settings;
		this.#offTime = new OffTime({
			rtc: board.rtc,
			clock: board.clock,
			markStore: board.markStore,
			flashStore: board.flashStore,
			board: board.offTime,
			resetCause: board.resetCause,
			powerFailStamp: board.powerFailStamp,
			policy,
			given: board.givenOffTimeMs,
			// After a fault the watchdog is the last that can restart the MCU.
			onMarked: () => {
				if (!this.#faulty) board.feedWatchdog();
			},
			onTrouble: (error) => this.#boardFailed(error),
		});
		this.#orders = new OrderStore({ store: board.flashStore, canonicalVersion });
		this.#journal = new Journal({ store: board.flashStore });
		this.#recorder = this.#openLog();
		this.#images = new OrderImages({
			board,
			order: () => this.#order(),
			fetchEveryMs: policy.prefetchEveryMs,
			onEnd: (problem) => this.#print({ event: "images", outcome: problem?.message ?? "fetched" }),
		});
		this.#inlets = new OrderInlets({
			board,
			offer: (read) => this.#offer(read),
			onProblem: ({ message }) => this.#print({ event: "inlet", message }),
		});
		this.#product = new Product({
			policy,
			clock: board.clock,
			rtc: board.rtc,
			offTime: this.#offTime,
			journal: this.#journal,
			order: () => this.#order(),
			serial: board.serial,
			resetCause: board.resetCause,
			flowControl: board.flowControl,
			elements: elementsOf(board),
			openImage: ({ image }) => this.#images.open(image),
			...(board.newDigest && { newDigest: board.newDigest }),
			modemSource: settings.modemSource,
			restart: () => this.#startAgain(),
			family: settings.family,
			apn: settings.apn,
			emit: (event) => this.#emit(event),
			onSettled: () => this.#monitor(),
		});
		// The journal has been read already.
		if (this.#failed) this.#product.shut();
	}

	/** The boot up to the decision, and the release of monitoring where the window stays closed. Timers do the rest. */
	boot(): void {
		try {
			this.#product.boot();
		} catch (error) {
			this.#fault(error);
		}
	}

	/** The supply fails. What is written now is believed at the next boot only where no ordinary mark follows. */
	#markFinal(): void {
		try {
			this.#offTime.markFinal();
		} catch (error) {
			this.#fault(error);
		}
	}

	/**
	 * The next boot is closed, nothing is accepted any more in this one; whoever made the call is told by an exception. Only the
	 * first is printed: what fails once may fail at every mark.
	 */
	#boardFailed(error: Error): void {
		if (this.#failed) return;
		this.#failed = true;
		this.#offTime.distrust("board call failed");
		// The journal is read before there is a product.
		this.#product?.shut();
		this.#images?.stop();
		this.#print({ event: "trouble", message: error.message });
	}

	/** The next boot is closed, monitoring runs, the MCU starts again; none of these stops the ones after it. */
	#fault(error: unknown): void {
		if (this.#faulty) return;
		this.#faulty = true;
		const steps = [
			() => this.#offTime.distrust("fault"),
			() => this.#journal.takeRestart(NO_BOOT),
			() => this.#product.shut(),
			() => this.#board.hold.write(false),
			() => this.#board.updating.write(false),
			() => this.#print({ event: "fault", message: String(error) }),
			() => this.#board.restart(error ?? new Error("Expected an Error to be thrown, got undefined")),
		];
		for (const step of steps) {
			try {
				step();
			} catch {
				// The fault that is being handled is the one that is told.
			}
		}
	}

	/**
	 * On purpose, in the middle of a window that goes on in the next boot. Where a call has failed it does not: that boot finds an open
	 * journal and no token, as after a power cut, and takes everything back.
	 */
	#startAgain(): void {
		try {
			if (this.#failed) this.#journal.takeRestart(NO_BOOT);
			this.#board.restart();
		} catch (error) {
			this.#fault(error);
		}
	}

	#openLog(): EventRecorder | undefined {
		const { logStore, rtc } = this.#board;
		if (!logStore) return undefined;
		const log = new EventLog({
			store: logStore,
			rtc,
			boot: () => this.#offTime.bootNumber,
			order: () => this.#orderDigest,
		});
		return new EventRecorder({ log });
	}

	#order(): UpdateOrder | undefined {
		const stored = this.#orders.current();
		const order = stored.status === "in-force" ? stored.order : undefined;
		this.#orderDigest = order?.digest ?? "";
		return order;
	}

	/** The guard has settled, and monitoring runs: orders may come, and images where the policy lets them. */
	#monitor(): void {
		if (this.#settings.publicKey) this.#inlets.open();
		this.#prefetch();
	}

	#prefetch(): void {
		const { mode, attemptsMax } = this.#settings.policy;
		const order = mode === "prefetch" && !this.#failed && !this.#journal.damaged ? this.#order() : undefined;
		if (!order) return;
		const { record } = this.#journal;
		if (!isInForce(record, windowOrder(order, undefined)) && !isGivenUp(record, order, attemptsMax))
			this.#images.fetch();
	}

	/**
	 * Takes the order that came, for the boots to come. Its signature costs an MCU seconds, so no boot waits for it (P3),
	 * and the modem is armed first.
	 */
	#offer(read: () => Uint8Array): OfferResult {
		const { publicKey = new Uint8Array() } = this.#settings;
		const result = this.#orders.tryOffer(() => ({ envelope: read(), publicKey }));
		if (result.outcome === "accepted") {
			if (this.#journal.damaged) this.#startJournalAfresh();
			// The log tells under which order a thing happened.
			this.#order();
			this.#prefetch();
		}
		this.#emit({ event: "order", ...result });
		return result;
	}

	#startJournalAfresh(): void {
		try {
			this.#journal.startAfresh();
		} catch {
			// Still damaged: the next boot is closed as this one was.
		}
	}

	/** After a fault nothing of this boot drives an output any more. */
	#emit(event: ProductEvent): void {
		if (this.#faulty) return;
		try {
			this.#drive(event);
			this.#print(
				event.event === "decided" ? { ...event, given: this.#board.givenOffTimeMs !== undefined } : event,
			);
			this.#recorder?.hear(event);
		} catch (error) {
			// Whoever emits may catch it, so it is handled before it passes.
			this.#fault(error);
			throw error;
		}
	}

	/**
	 * A window that goes on after a planned restart tells no decision: its first state does. An install's first progress comes after
	 * `sent` was journaled and before the modem is told, its state after that.
	 */
	#drive(event: ProductEvent): void {
		if (event.event === "progress" && event.phase === "install" && this.#journal.record.step === "sent")
			this.#board.updating.write(true);
		if (event.event === "decided") this.#hold(event.window !== "closed");
		if (event.event === "state") {
			if (!this.#isHeld) this.#hold(true);
			this.#board.updating.write(isUpdating(event.value));
		}
		if (event.event === "released") {
			this.#hold(false);
			this.#board.updating.write(false);
		}
	}

	#hold(isHeld: boolean): void {
		this.#isHeld = isHeld;
		this.#board.hold.write(isHeld);
	}

	#print({ event, ...fields }: { event: string } & Readonly<Record<string, unknown>>): void {
		const line = JSON.stringify({ event, at: Math.round(this.#board.clock.now()), ...fields });
		try {
			this.#board.print(line);
		} catch {
			// A line of the log is worth no restart; that the call failed is known.
		}
	}
}

/** The modem installs, or may install: from `sent` until the read-back, and all through a recovery. */
function isUpdating(state: unknown): boolean {
	const open = (state as { open?: unknown }).open;
	return state === "recovering" || (typeof open === "object" && open !== null && "committing" in open);
}
