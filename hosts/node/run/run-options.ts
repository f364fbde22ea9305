import type { ModemSource } from "../../../modules/order/order-elements.js";
import type { ElementOption } from "./element-option.js";
import type { WebAddress } from "./web-address.js";

/** What `run` was asked for. Durations are ms. */
export interface RunOptions {
	port: string;
	modem: "auto" | "HL7692" | "HL7800";
	/** Undefined where the next order comes another way alone. */
	order?: string;
	key: string;
	state: string;
	element: readonly ElementOption[];
	images?: string;
	imagesUrl?: WebAddress;
	orderUrl?: WebAddress;
	orderConsole?: string;
	modemSource?: ModemSource;
	apn?: string;
	off?: number;
	threshold: number;
	deadline: number;
	installTimeout: number;
	recoverWithin: number;
	policy: "window" | "prefetch";
	guardFor: number;
	json?: boolean;
	rtscts?: boolean;
	trace?: boolean;
}
