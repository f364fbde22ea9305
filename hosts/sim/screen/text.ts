import type { Content, Label, Style, Text } from "piu/MC";
import type { SimView } from "../sim-model.js";
import type { Line } from "../words.js";
import { LINE_HEIGHT, lineStyles, MARGIN, WRAPPED_LINE_HEIGHT } from "./look.js";

export interface TextLineOptions {
	line: (view: SimView) => Line;
}

export interface ParagraphOptions {
	/** How many lines there is room for. */
	lines: number;
	line: (view: SimView) => Line;
}

class TextLineBehavior extends Behavior {
	#options!: TextLineOptions;

	onCreate(_label: Label, options: TextLineOptions) {
		this.#options = options;
	}

	onView(label: Label, view: SimView) {
		const { text, tone } = this.#options.line(view);
		if (label.string !== text) label.string = text;
		if (label.style !== lineStyles[tone]) label.style = lineStyles[tone];
	}
}

class ParagraphBehavior extends Behavior {
	#options!: ParagraphOptions;

	onCreate(_text: Text, options: ParagraphOptions) {
		this.#options = options;
	}

	onView(text: Text, view: SimView) {
		const { text: words, tone } = this.#options.line(view);
		if (text.string !== words) text.string = words;
		if (text.style !== lineStyles[tone]) text.style = lineStyles[tone];
	}
}

/** One line over the whole width, in the colour of its tone. */
export function textLine(options: TextLineOptions): Content {
	return new Label(options, {
		left: MARGIN,
		right: MARGIN,
		height: LINE_HEIGHT,
		style: lineStyles.plain,
		string: "",
		Behavior: TextLineBehavior,
	});
}

/** Words that wrap, in the colour of their tone; what does not fit is cut off. */
export function paragraph(options: ParagraphOptions): Content {
	const { lines } = options;
	return new Container(null, {
		left: MARGIN,
		right: MARGIN,
		height: lines * WRAPPED_LINE_HEIGHT,
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

/** The first of several ways to say it that is no wider than `width` pixels, else the last one. */
export function firstThatFits(forms: readonly [string, ...string[]], style: Style, width: number): string {
	return forms.find((form) => widthOf(form, style) <= width) ?? (forms.at(-1) as string);
}

/** In pixels. */
export function widthOf(text: string, style: Style): number {
	return style.measure(text).width ?? 0;
}

/** Breaks words that are wider than a line of `width` pixels; text wraps at spaces alone. */
export function breakable(text: string, style: Style, width: number): string {
	return text
		.split(" ")
		.map((word) => (widthOf(word, style) <= width ? word : piecesOf(word, style, width).join(" ")))
		.join(" ");
}

function piecesOf(word: string, style: Style, width: number): string[] {
	const pieces: string[] = [];
	let piece = "";
	for (const character of word) {
		if (piece !== "" && widthOf(piece + character, style) > width) {
			pieces.push(piece);
			piece = "";
		}
		piece += character;
	}
	return [...pieces, piece];
}
