import type { Content, Label, Style, Text } from "piu/MC";
import type { SimView } from "../sim-model.js";
import type { Line, Tone } from "../words.js";
import { LINE_HEIGHT, lineStyles, MARGIN } from "./look.js";

export interface TextLineOptions {
	top: number;
	left?: number;
	styles?: Readonly<Record<Tone, Style>>;
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
		const { styles = lineStyles, line } = this.#options;
		const { text, tone } = line(view);
		if (label.string !== text) label.string = text;
		if (label.style !== styles[tone]) label.style = styles[tone];
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
	const { top, left = MARGIN, styles = lineStyles } = options;
	return new Label(options, {
		left,
		right: MARGIN,
		top,
		height: LINE_HEIGHT,
		style: styles.plain,
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
				style: lineStyles.plain,
				string: "",
				Behavior: ParagraphBehavior,
			}),
		],
	});
}
