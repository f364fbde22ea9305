import { styleText } from "node:util";

const COLUMNS_MAX = 110;
const COLUMNS_MIN = 60;
const SPEAKER_COLUMNS = 10;

/** Who speaks or acts: a person, the product, or the promise (P1 to P9) that explains what was just seen. */
export type Speaker = "company" | "operator" | "user" | "product" | "";

const COLOURS: Readonly<Record<Speaker, Parameters<typeof styleText>[0]>> = {
	company: "magenta",
	operator: "magenta",
	user: "blue",
	product: "green",
	"": "dim",
};

/** Writes the story: time at the left, then who, then what, wrapped; in colour on a terminal only. */
export class Script {
	readonly #write: (text: string) => void;
	readonly #timeMs: () => number;
	readonly #columns: number;
	readonly #isColoured: boolean;

	/** `timeMs` is what the product's clock shows, in ms since 1970; `write` puts whole lines on the stream. */
	constructor({
		stream,
		timeMs,
		write,
	}: {
		stream: NodeJS.WriteStream;
		timeMs: () => number;
		write: (text: string) => void;
	}) {
		this.#write = write;
		this.#timeMs = timeMs;
		this.#columns = Math.min(COLUMNS_MAX, Math.max(COLUMNS_MIN, stream.columns ?? COLUMNS_MAX));
		this.#isColoured = stream.isTTY === true && stream.hasColors?.() === true && !process.env.NO_COLOR;
	}

	/** The time and the speaker, as they stand at the left of a line. */
	lead(speaker: Speaker | string): string {
		const time = new Date(this.#timeMs()).toISOString().slice(11, 19);
		return `${time}  ${this.#colour(COLOURS[speaker as Speaker] ?? "yellow", speaker.padEnd(SPEAKER_COLUMNS))}`;
	}

	heading(text: string): void {
		this.#write(`\n${this.#colour("bold", text)}\n`);
	}

	/** Text without a time, for what stands outside the story. */
	plain(text: string): void {
		for (const line of this.#wrapped(text, this.#columns)) this.#write(`${line}\n`);
	}

	line(speaker: Speaker | string, text: string): void {
		const leadColumns = "00:00:00  ".length + SPEAKER_COLUMNS;
		const [first = "", ...more] = this.#wrapped(text, this.#columns - leadColumns);
		this.#write(`${this.lead(speaker)}${first}\n`);
		for (const line of more) this.#write(`${" ".repeat(leadColumns)}${line}\n`);
	}

	#wrapped(text: string, columns: number): string[] {
		const lines: string[] = [];
		for (const word of text.split(" ")) {
			const last = lines.at(-1);
			if (last !== undefined && last.length + 1 + word.length <= columns)
				lines.push(`${lines.pop()} ${word}`);
			else lines.push(word);
		}
		return lines;
	}

	#colour(colour: Parameters<typeof styleText>[0], text: string): string {
		return this.#isColoured ? styleText(colour, text, { validateStream: false }) : text;
	}
}
