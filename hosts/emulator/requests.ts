/** What the modem asks the host before it does it. */
export type RequestKind = "connect" | "download" | "install" | "reboot" | "uninstall";

export interface RequestShape {
	/** The `+WDSI` event that asks. */
	event: number;
	/** The `AT+WDSC` mode that makes it ask at all. */
	mode: number;
	/** The `AT+WDSR` reply that accepts. */
	accept: number;
	/** The `AT+WDSR` reply that puts off. */
	delay: number;
}

/** HL76xx AT Commands Interface Guide rev 6.2, pp. 308 and 309; events 24 and 25, modes 5 and 6 as the HL78xx has them. */
export const REQUESTS: Readonly<Record<RequestKind, RequestShape>> = {
	connect: { event: 1, mode: 0, accept: 1, delay: 0 },
	download: { event: 2, mode: 1, accept: 3, delay: 2 },
	install: { event: 3, mode: 2, accept: 4, delay: 5 },
	reboot: { event: 24, mode: 5, accept: 6, delay: 7 },
	uninstall: { event: 25, mode: 6, accept: 8, delay: 9 },
};

export const REQUEST_KINDS = Object.keys(REQUESTS) as readonly RequestKind[];
