import type { BoardParts, OpenBoard } from "update-window/mcu/board";
import type { Settings } from "update-window/mcu/settings";
import { canonicalVersion } from "update-window/modem/version";
import { OffTime } from "update-window/off-time/off-time";
import { OrderRefusedError } from "update-window/order/order-refused-error";
import { OrderStore } from "update-window/order/order-store";
import { Journal } from "update-window/set/journal";
import type { ProductEvent } from "update-window/window/events";
import { Product } from "update-window/window/product";

/** The key under which the inbox holds an order's envelope. */
const ORDER_KEY = "order";

export interface FirmwareOptions {
	openBoard: OpenBoard;
	settings: Settings;
}

/** The product's parts on a board, put together. Events are printed as JSON lines. */
export class Firmware {
	readonly #board: BoardParts;
	readonly #settings: Settings;
	readonly #offTime: OffTime;
	readonly #orders: OrderStore;
	readonly #product: Product<object>;
	#faulty = false;

	/** Opens the board; throws what the board throws. */
	constructor({ openBoard, settings }: FirmwareOptions) {
		this.#settings = settings;
		const board = openBoard({ onFault: (error) => this.#fault(error) });
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
			onMarked: () => board.feedWatchdog(),
			onTrouble: (error) => this.#print({ event: "trouble", message: error.message }),
		});
		this.#orders = new OrderStore({ store: board.flashStore, canonicalVersion });
		this.#product = new Product({
			policy,
			clock: board.clock,
			rtc: board.rtc,
			offTime: this.#offTime,
			journal: new Journal({ store: board.flashStore }),
			order: () => {
				const stored = this.#orders.current();
				return stored.status === "in-force" ? stored.order : undefined;
			},
			offer: () => this.#offer(),
			serial: board.serial,
			family: settings.family,
			apn: settings.apn,
			emit: (event) => this.#emit(event),
		});
	}

	/** The boot up to the decision, and the release of monitoring where the window stays closed. Timers do the rest. */
	boot(): void {
		try {
			this.#product.boot();
		} catch (error) {
			this.#fault(error);
		}
	}

	/** Monitoring runs, the next boot is closed, the MCU starts again. */
	#fault(error: unknown): void {
		if (this.#faulty) return;
		this.#faulty = true;
		try {
			this.#offTime.distrust("fault");
		} finally {
			this.#board.hold.write(false);
			this.#board.updating.write(false);
			this.#print({ event: "fault", message: String(error) });
			this.#board.restart(error);
		}
	}

	#offer(): { accepted: boolean } {
		const event = this.#offered();
		if (event) this.#emit(event);
		return { accepted: event?.outcome === "accepted" };
	}

	/** Undefined where no order came. */
	#offered(): Extract<ProductEvent, { event: "order" }> | undefined {
		const { publicKey } = this.#settings;
		try {
			const envelope = this.#board.inbox.read(ORDER_KEY);
			if (!envelope || !publicKey) return undefined;
			return { event: "order", outcome: this.#orders.offer(new Uint8Array(envelope), publicKey).outcome };
		} catch (error) {
			const reason = error instanceof OrderRefusedError ? error.reason : "unreadable";
			return { event: "order", outcome: "refused", reason, message: (error as Error).message };
		}
	}

	#emit(event: ProductEvent): void {
		if (event.event === "decided") this.#board.hold.write(event.window !== "closed");
		if (event.event === "released") this.#board.hold.write(false);
		this.#print(
			event.event === "decided" ? { ...event, given: this.#board.givenOffTimeMs !== undefined } : event,
		);
	}

	#print({ event, ...fields }: { event: string } & Readonly<Record<string, unknown>>): void {
		this.#board.print(JSON.stringify({ event, at: Math.round(this.#board.clock.now()), ...fields }));
	}
}
