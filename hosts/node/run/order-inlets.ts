import { OrderFetch } from "../../../modules/images/order-fetch.js";
import type { Clock } from "../../../modules/io/clock.js";
import { ConsoleOrder } from "../../../modules/order/console-order.js";
import type { OfferResult } from "../../../modules/order/order-store.js";
import { NodeSerial, type NodeSerialOptions } from "../node-serial.js";
import type { WebAddress } from "./web-address.js";

const ORDER_EVERY_MS = 3_600_000;

export interface OrderInletsOptions {
	clock: Clock;
	/** Where the next order may lie. */
	web: WebAddress | undefined;
	/** The service console on which it may come. */
	console: NodeSerialOptions | undefined;
	/** Judges an envelope and stores a good one, for the boots to come. */
	offer: (envelope: Uint8Array) => OfferResult;
	onProblem: (error: Error) => void;
	/** The web server was asked for the first time, whatever came of it. */
	onAsked: () => void;
}

/** The ways by which the next order comes while the product monitors. It acts on none. */
export class OrderInlets {
	readonly #options: OrderInletsOptions;
	#fetch: OrderFetch | undefined;
	#console: ConsoleOrder | undefined;
	#port: NodeSerial | undefined;

	constructor(options: OrderInletsOptions) {
		this.#options = options;
	}

	open(): void {
		this.#openConsole();
		this.#openWeb();
	}

	close(): void {
		this.#fetch?.stop();
		this.#console?.close();
		this.#port?.close();
	}

	#openConsole(): void {
		const { clock, console, offer, onProblem } = this.#options;
		if (!console) return;
		const lines = new ConsoleOrder({ clock, onEnvelope: offer, onError: onProblem });
		this.#console = lines;
		this.#port = new NodeSerial({
			...console,
			format: "buffer",
			onReadable: () => {
				const bytes = this.#port?.read();
				if (bytes) lines.receive(new Uint8Array(bytes));
			},
			onError: (reason) => onProblem(new Error(`order console ${console.device}: ${reason}`)),
		});
	}

	#openWeb(): void {
		const { clock, web, offer, onProblem, onAsked } = this.#options;
		if (!web) return onAsked();
		this.#fetch = new OrderFetch({
			...web,
			clock,
			fetchEveryMs: ORDER_EVERY_MS,
			onEnvelope: (envelope) => {
				const result = offer(envelope);
				onAsked();
				// What only our own storage would not take may be taken the next time.
				return result.outcome !== "refused" || result.reason !== "not-stored";
			},
			onError: (error) => {
				onProblem(error);
				onAsked();
			},
		});
		this.#fetch.start();
	}
}
