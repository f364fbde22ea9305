import { MultiBar, Presets, type SingleBar } from "cli-progress";

const STEPS = 1_000;

/** How far each part is, on standard error, where somebody watches. */
export class Bars {
	readonly #bars: MultiBar | undefined;
	readonly #parts = new Map<string, { bar: SingleBar; pieces: Map<string, number> }>();

	constructor() {
		if (!process.stderr.isTTY) return;
		this.#bars = new MultiBar(
			{ format: "{name} {bar} {percentage}% {broken}", stream: process.stderr, hideCursor: true },
			Presets.shades_classic,
		);
	}

	add(part: string, pieces: readonly string[]): void {
		const bar = this.#bars?.create(pieces.length * STEPS, 0, { name: part.padEnd(12), broken: "" });
		if (bar) this.#parts.set(part, { bar, pieces: new Map() });
	}

	/** `share` of 1 is done. */
	update(part: string, piece: string, share: number): void {
		const known = this.#parts.get(part);
		if (!known) return;
		known.pieces.set(piece, Math.min(1, share) * STEPS);
		let sum = 0;
		for (const steps of known.pieces.values()) sum += steps;
		known.bar.update(Math.round(sum));
	}

	broken(part: string, count: number): void {
		this.#parts.get(part)?.bar.update({ broken: `${count} broken` });
	}

	stop(): void {
		this.#bars?.stop();
	}
}
