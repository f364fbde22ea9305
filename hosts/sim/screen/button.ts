import type { Content, Label } from "piu/MC";
import type { SimModel, SimView } from "../sim-model.js";
import { BUTTON, buttonSkin, buttonStyle, TOUCH_HEIGHT } from "./look.js";

export interface ButtonOptions {
	left: number;
	top: number;
	width: number;
	/** The words on it; a function where they depend on what is shown. */
	label: string | ((view: SimView) => string);
	/** Bubbles to whoever holds the model. */
	act: (model: SimModel) => void;
	isEnabled?: (view: SimView) => boolean;
	isSelected?: (view: SimView) => boolean;
}

class ButtonBehavior extends Behavior {
	#options!: ButtonOptions;
	#restState: number = BUTTON.ready;

	onCreate(_label: Label, options: ButtonOptions) {
		this.#options = options;
	}

	onView(label: Label, view: SimView) {
		const { label: words, isEnabled, isSelected } = this.#options;
		const isUsable = isEnabled?.(view) ?? true;
		const text = typeof words === "string" ? words : words(view);
		if (label.string !== text) label.string = text;
		this.#restState = !isUsable ? BUTTON.disabled : isSelected?.(view) ? BUTTON.selected : BUTTON.ready;
		label.active = isUsable;
		if (label.state !== BUTTON.pressed || !isUsable) label.state = this.#restState;
	}

	onTouchBegan(label: Label) {
		label.state = BUTTON.pressed;
	}

	onTouchMoved(label: Label, _id: number, x: number, y: number) {
		label.state = isWithin(label, x, y) ? BUTTON.pressed : this.#restState;
	}

	onTouchCancelled(label: Label) {
		label.state = this.#restState;
	}

	onTouchEnded(label: Label, _id: number, x: number, y: number) {
		label.state = this.#restState;
		if (isWithin(label, x, y)) label.bubble("onAct", this.#options.act);
	}
}

export function button(options: ButtonOptions): Content {
	const { left, top, width, label } = options;
	return new Label(options, {
		left,
		top,
		width,
		height: TOUCH_HEIGHT,
		active: true,
		skin: buttonSkin,
		style: buttonStyle,
		string: typeof label === "string" ? label : "",
		Behavior: ButtonBehavior,
	});
}

function isWithin({ x: left, y: top, width, height }: Content, x: number, y: number): boolean {
	return x >= left && x < left + width && y >= top && y < top + height;
}
