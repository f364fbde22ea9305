import type { Content, Label, Style, Text } from "piu/MC";
import type { SimView } from "../sim-model.js";
import type { Line } from "../words.js";
import { LINE_HEIGHT, lineStyle, MARGIN, TONE_STATES } from "./look.js";

export interface TextLineOptions {
	top: number;
	left?: number;
	style?: Style;
	line: (view: SimView) => Line;
}

export interface ParagraphOptions {
	top: number;
	height: number;
	text: (view: SimView) => string;
}

class TextLineBehavior extends Behavior {
	#options!: TextLineOptions;

	onCreate(_label: Label, options: TextLineOptions) {
		this.#options = options;
	}

	onView(label: Label, view: SimView) {
		const { text, tone } = this.#options.line(view);
		if (label.string !== text) label.string = text;
		label.state = TONE_STATES[tone];
	}
}

class ParagraphBehavior extends Behavior {
	#options!: ParagraphOptions;

	onCreate(_text: Text, options: ParagraphOptions) {
		this.#options = options;
	}

	onView(text: Text, view: SimView) {
		const words = this.#options.text(view);
		if (text.string !== words) text.string = words;
	}
}

/** One line over the whole width, in the colour of its tone. */
export function textLine(options: TextLineOptions): Content {
	const { top, left = MARGIN, style = lineStyle } = options;
	return new Label(options, {
		left,
		right: MARGIN,
		top,
		height: LINE_HEIGHT,
		style,
		string: "",
		Behavior: TextLineBehavior,
	});
}

/** Words that wrap, in black; what does not fit into the height is cut off. */
export function paragraph(options: ParagraphOptions): Content {
	const { top, height } = options;
	return new Container(null, {
		left: MARGIN,
		right: MARGIN,
		top,
		height,
		clip: true,
		contents: [
			new Text(options, {
				left: 0,
				right: 0,
				top: 0,
				style: lineStyle,
				state: TONE_STATES.plain,
				string: "",
				Behavior: ParagraphBehavior,
			}),
		],
	});
}
