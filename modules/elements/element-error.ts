/** What can be wrong with an element, and what is to be done about it. */
export const ELEMENT_REMEDIES = Object.freeze({
	"no-answer": "see that it is powered and connected; the next window tries again",
	"unknown-element": "leave it out of the order, or tell the product where it is connected",
	refused: "read its own code in the message; an order for what it runs now may be needed",
	"no-space": "the image does not fit its slot: have a smaller one built",
	"wrong-hash": "the bytes are not the order's: deliver the image again",
	"wrong-version": "it runs a version that the order does not name: sign an order that starts from it",
	"no-image": "deliver the image that the order names",
	"transfer-failed": "see to the line to it; the next window tries again",
	"cannot-go-back":
		"its bootloader would not keep the old image: build it with swap by scratch or by move, and no downgrade prevention",
	"no-trial": "this board cannot run an image on trial: leave the element out of the order",
	"trial-failed": "the new image did not start or went back by itself: have it looked at",
	"not-accepted": "it did not keep the image that it ran: the next boot goes on",
	"not-rejected": "it did not go back to its old image: the next boot goes on",
} as const);

export type ElementReason = keyof typeof ELEMENT_REMEDIES;

/** Something went wrong with one element. `message` says what, with the value and what would be right. */
export class ElementError extends Error {
	override name = "ElementError";
	readonly element: string;
	readonly reason: ElementReason;

	constructor(element: string, reason: ElementReason, message: string) {
		super(message);
		this.element = element;
		this.reason = reason;
	}

	/** What to do. */
	get remedy(): string {
		return ELEMENT_REMEDIES[this.reason];
	}
}
