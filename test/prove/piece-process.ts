/** A process that searches pieces, one after the other, as the pool names them. */
import type { Share } from "./part.js";
import { PARTS } from "./parts.js";
import type { Reply } from "./pool.js";

export interface Task {
	part: string;
	piece: string;
	share: Share;
}

const PROGRESS_EVERY_MS = 200;

async function search({ part: name, piece, share }: Task): Promise<void> {
	const tell = (reply: Reply): void => void process.send?.(reply);
	const part = PARTS.find((each) => each.name === name);
	if (!part) throw new RangeError(`Expected a part, got ${name}`);
	let toldAtMs = 0;
	try {
		const result = await part.run(piece, {
			...share,
			report: (violation) => tell({ violation }),
			progress: (done, all) => {
				const nowMs = performance.now();
				if (nowMs - toldAtMs < PROGRESS_EVERY_MS) return;
				toldAtMs = nowMs;
				tell({ done, all });
			},
		});
		tell({ result });
	} catch (error) {
		tell({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
	}
}

process.on("message", (task: Task) => void search(task));
process.on("disconnect", () => process.exit());
