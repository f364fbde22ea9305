import type { InstallOutcome } from "./behaviour.js";
import type { Clock } from "./clock.js";
import type { FirmwarePackage, PackageFault } from "./flash.js";
import type { RequestKind } from "./requests.js";

const JOBS_MAX = 64;

export type JobState = "PENDING" | "IN_PROGRESS" | "SUCCESS" | "FAILURE" | "CANCELLED";

/** One install that an operator has ordered for this modem. */
export interface Job {
	readonly id: number;
	readonly package: FirmwarePackage;
	state: JobState;
}

/** The operator has put more jobs on the server than it takes. */
export class TooManyJobsError extends Error {
	override name = "TooManyJobsError";
}

/** AVMS as one modem sees it, with the operator's hands on it. */
export class EmulatedServer {
	/** Sessions and downloads need it. */
	reachable = true;
	/** `failed` is event 5, `refused` event 7. */
	authentication: "ok" | "failed" | "refused" = "ok";
	readonly #clock: Clock;
	readonly #jobs: Job[] = [];
	readonly #actions: RequestKind[] = [];
	#sessions = 0;
	#sessionOpen = false;
	#wakeUps = false;
	#wake: (() => boolean) | undefined;

	constructor({ clock }: { clock: Clock }) {
		this.#clock = clock;
	}

	/** Oldest first; the states move on as the modem reports. */
	get jobs(): readonly Job[] {
		return this.#jobs;
	}

	/** How many sessions have been opened so far. */
	get sessions(): number {
		return this.#sessions;
	}

	get sessionOpen(): boolean {
		return this.#sessionOpen;
	}

	/** Orders a version; the modem learns of it in its next session. Throws TooManyJobsError. */
	addJob({
		version,
		sizeBytes,
		result,
		fault = "none",
	}: {
		version: string;
		sizeBytes: number;
		/** How the install of this package ends; without it, as the modem's behaviour says. */
		result?: InstallOutcome;
		fault?: PackageFault;
	}): Job {
		if (this.#jobs.length >= JOBS_MAX)
			throw new TooManyJobsError(`Expected at most ${JOBS_MAX} jobs, got one more`);
		const id = this.#jobs.length + 1;
		const job: Job = {
			id,
			package: { jobId: id, version, sizeBytes, install: result ?? null, fault },
			state: "PENDING",
		};
		this.#jobs.push(job);
		return job;
	}

	/** Takes back all jobs that have not ended. */
	cancelJobs(): void {
		for (const job of this.#jobs) if (isOpen(job)) job.state = "CANCELLED";
	}

	/** Wakes the modem, as an SMS does: it comes through as soon as the modem is up. */
	notify(): void {
		this.#wakeUps = true;
		this.#clock.setTimeout(() => this.deliverWakeUps(), 0);
	}

	/** Orders a restart of the modem; it learns of it in its next session. */
	orderReboot(): void {
		this.#actions.push("reboot");
	}

	/** Orders that an application be taken off the modem; it learns of it in its next session. */
	orderUninstall(): void {
		this.#actions.push("uninstall");
	}

	// What follows is the modem's side.

	/** `wake` is called when the operator notifies, and says whether the modem could hear it. */
	attach(wake: () => boolean): void {
		this.#wake = wake;
	}

	deliverWakeUps(): void {
		if (this.#wakeUps && this.#wake?.()) this.#wakeUps = false;
	}

	openSession(): void {
		this.#sessions++;
		this.#sessionOpen = true;
	}

	closeSession(): void {
		this.#sessionOpen = false;
	}

	/** The oldest job that has not ended, as the modem is told of it. */
	offer(): FirmwarePackage | undefined {
		const job = this.#jobs.find(isOpen);
		if (!job) return undefined;
		job.state = "IN_PROGRESS";
		return { ...job.package };
	}

	isCancelled(jobId: number): boolean {
		return this.#jobs.some((job) => job.id === jobId && job.state === "CANCELLED");
	}

	/** A job succeeds only with the version that it named. */
	report({ jobId, succeeded, version }: { jobId: number; succeeded: boolean; version: string }): void {
		const job = this.#jobs.find((candidate) => candidate.id === jobId);
		if (!job || !isOpen(job)) return;
		job.state = succeeded && version === job.package.version ? "SUCCESS" : "FAILURE";
	}

	takeAction(): RequestKind | undefined {
		return this.#actions.shift();
	}
}

function isOpen(job: Job): boolean {
	return job.state === "PENDING" || job.state === "IN_PROGRESS";
}
