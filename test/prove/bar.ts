import { Presets, SingleBar } from "cli-progress";

/** How far a part is, on standard error, where somebody watches. */
export class Bar {
	readonly #bar: SingleBar | undefined;

	constructor(name: string) {
		if (!process.stderr.isTTY) return;
		this.#bar = new SingleBar(
			{
				format: `${name.padEnd(12)} {bar} {percentage}% {value} of {total}`,
				stream: process.stderr,
				hideCursor: true,
			},
			Presets.shades_classic,
		);
		this.#bar.start(1, 0);
	}

	update(done: number, all: number): void {
		this.#bar?.setTotal(Math.max(done, all));
		this.#bar?.update(done);
	}

	stop(): void {
		this.#bar?.stop();
	}
}
