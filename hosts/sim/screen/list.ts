import type { Content, Scroller as PiuScroller, Text as PiuText, Style } from "piu/MC";
import type { SimView } from "../sim-model.js";
import { lineStyles, MARGIN } from "./look.js";
import { breakable } from "./text.js";

export interface ListLine {
	text: string;
	style: Style;
}

export interface ListOptions {
	/** Newest first; another array whenever anything has changed. */
	lines: (view: SimView) => readonly ListLine[];
	/** What `lines` is made of: the list is drawn anew only when it is another object. */
	source: (view: SimView) => object;
}

/** How far a finger moves before it is a drag. */
const DRAG_PIXELS_MIN = 6;

class ListBehavior extends Behavior {
	#options!: ListOptions;
	#source: object | undefined;

	onCreate(_text: PiuText, options: ListOptions) {
		this.#options = options;
	}

	onView(text: PiuText, view: SimView) {
		const { lines, source } = this.#options;
		const drawn = source(view);
		if (drawn === this.#source) return;
		this.#source = drawn;
		const { width } = text;
		// Made beforehand: a text under construction does not bear the garbage that measuring leaves.
		const blocks = lines(view).map((line) => ({ ...line, text: breakable(line.text, line.style, width) }));
		text.begin();
		for (const { text: words, style } of blocks) {
			text.beginBlock(style);
			text.concat(words);
			text.endBlock();
		}
		text.end();
	}
}

class DragBehavior extends Behavior {
	#fromY = 0;
	#scrollY = 0;
	#isDragging = false;

	onTouchBegan(scroller: PiuScroller, _id: number, _x: number, y: number) {
		this.#fromY = y;
		this.#scrollY = scroller.scroll.y ?? 0;
		this.#isDragging = false;
	}

	onTouchMoved(scroller: PiuScroller, _id: number, _x: number, y: number) {
		const movedY = y - this.#fromY;
		if (Math.abs(movedY) >= DRAG_PIXELS_MIN) this.#isDragging = true;
		if (this.#isDragging) scroller.scrollTo(0, this.#scrollY - movedY);
	}
}

/** Lines that wrap and scroll by dragging. */
export function list(options: ListOptions): Content {
	return new Scroller(null, {
		left: 0,
		right: 0,
		top: 0,
		bottom: 0,
		active: true,
		backgroundTouch: true,
		clip: true,
		Behavior: DragBehavior,
		contents: [
			new Text(options, {
				left: MARGIN,
				right: MARGIN,
				top: 2,
				style: lineStyles.plain,
				string: "",
				Behavior: ListBehavior,
			}),
		],
	});
}
