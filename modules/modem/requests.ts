/** What the modem, or the server through it, asks agreement for. */
export type Request = "connect" | "download" | "install" | "reboot" | "uninstall";

export interface RequestCodes {
	/** The n of the `+WDSI: n` that asks. */
	event: number;
	/** The n of `AT+WDSR=n` that agrees; it takes no timer. */
	accept: number;
	/** The n of `AT+WDSR=n,<minutes>` that puts off. */
	delay: number;
	/** The mode of `AT+WDSC` that makes the modem ask at all. */
	agreement: number;
}

/** HL76xx AT Commands Interface Guide rev 6.2, pp. 308-309; reboot and uninstall: Sierra's HL78xx integration tests. */
export const REQUESTS: Readonly<Record<Request, Readonly<RequestCodes>>> = Object.freeze({
	connect: Object.freeze({ event: 1, accept: 1, delay: 0, agreement: 0 }),
	download: Object.freeze({ event: 2, accept: 3, delay: 2, agreement: 1 }),
	install: Object.freeze({ event: 3, accept: 4, delay: 5, agreement: 2 }),
	reboot: Object.freeze({ event: 24, accept: 6, delay: 7, agreement: 5 }),
	uninstall: Object.freeze({ event: 25, accept: 8, delay: 9, agreement: 6 }),
});
