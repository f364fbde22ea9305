import { Agreements, type ReplyResult } from "./agreements.js";
import type { Behaviour } from "./behaviour.js";
import { Download, type DownloadResult } from "./download.js";
import type { Family } from "./families.js";
import type { FirmwarePackage, ModemFlash } from "./flash.js";
import { REQUESTS, type RequestKind } from "./requests.js";
import type { EmulatedServer } from "./server.js";
import { Session } from "./session.js";
import type { Timers } from "./timers.js";

const MINUTE_MS = 60_000;

/** The modem's own client of AVMS, from one start of the modem to the next: sessions, agreements, downloads. */
export class DeviceServices {
	readonly #family: Family;
	readonly #flash: ModemFlash;
	readonly #behaviour: Behaviour;
	readonly #server: EmulatedServer;
	readonly #timers: Timers;
	readonly #indicate: (event: number, data?: string) => void;
	readonly #onInstall: () => void;
	readonly #onReboot: () => void;
	readonly #onSession: () => void;
	readonly #agreements: Agreements;
	readonly #download: Download;
	readonly #session: Session;
	#ready = false;
	#startWanted = false;
	#readyHidden: boolean;
	/** A download has just been completed and its install not been asked for. */
	#installDue = false;
	/** From an accepted install to the end of this object's life. */
	#installStarted = false;
	#reportScheduled = false;
	/** The questions that stood when the modem started. */
	#fromBefore: RequestKind[] = [];
	#pollTimer: object | undefined;
	#retryTimer: object | undefined;

	/** `indicate` sends an event to the host; `onInstall` and `onReboot` end this object's life; a session begins: `onSession`. */
	constructor({
		family,
		flash,
		behaviour,
		server,
		timers,
		sessionTimers,
		indicate,
		onInstall,
		onReboot,
		onSession,
	}: {
		family: Family;
		flash: ModemFlash;
		behaviour: Behaviour;
		server: EmulatedServer;
		timers: Timers;
		sessionTimers: Timers;
		indicate: (event: number, data?: string) => void;
		onInstall: () => void;
		onReboot: () => void;
		onSession: () => void;
	}) {
		this.#family = family;
		this.#flash = flash;
		this.#behaviour = behaviour;
		this.#server = server;
		this.#timers = timers;
		this.#indicate = indicate;
		this.#onInstall = onInstall;
		this.#onReboot = onReboot;
		this.#onSession = onSession;
		this.#readyHidden = !behaviour.readyStatusOverPowerCycle;
		this.#agreements = new Agreements({
			flash,
			behaviour,
			timers,
			onAsk: (kind) => this.#ask(kind),
			onAccepted: (kind) => this.#accepted(kind),
			onRefused: () => this.#refused(),
		});
		this.#download = new Download({
			flash,
			behaviour,
			server,
			timers,
			indicate,
			onEnd: (result) => this.#downloadEnded(result),
		});
		this.#session = new Session({
			family,
			flash,
			behaviour,
			server,
			timers: sessionTimers,
			indicate,
			onOpen: () => {
				this.stopRetries();
				// Whether to connect is no question any more.
				this.#agreements.withdraw("connect");
				this.#exchange();
			},
			onEnd: (succeeded) => this.#sessionEnded(succeeded),
		});
	}

	/** Event 0 has been sent (to whoever listens). */
	get ready(): boolean {
		return this.#ready;
	}

	get sessionRuns(): boolean {
		return this.#session.stage !== "none";
	}

	/** A session, a download or an install runs. */
	get isBusy(): boolean {
		return this.sessionRuns || this.#download.running || this.#installStarted;
	}

	/** The status of the last HTTP transfer, as AT+WDSE gives it. */
	get httpStatus(): number | undefined {
		return this.#session.httpStatus;
	}

	/** The two numbers of AT+WDSG. */
	get status(): { activation: number; work: number } {
		const activation = this.#family.lwm2m
			? this.#flash.provisioned
				? 3
				: 2
			: this.#behaviour.servicesNeedApn && !this.#flash.apn
				? 1
				: 3;
		return { activation, work: this.#work() };
	}

	#work(): number {
		if (this.#flash.stored && !this.#readyHidden) return 3;
		if (this.#agreements.isPending("download")) return 2;
		if (this.sessionRuns || this.#download.running) return 1;
		return this.#flash.download || this.#flash.offer ? 2 : 0;
	}

	/** Called once, when the boot has come so far. */
	start(): void {
		if (this.#behaviour.servicesNeedApn && !this.#flash.apn) return;
		this.#begin();
		this.#indicate(0);
		for (const kind of this.#fromBefore) this.#agreements.hold(kind);
		this.#timers.after(this.#behaviour.startRequestDelayMs, () => this.#resume());
	}

	/** As after `start`, long ago: what is pending has been asked, and is asked again in its time. */
	startLongAgo(): void {
		this.#begin();
		this.#readyHidden = false;
		for (const kind of this.#fromBefore) this.#agreements.hold(kind, this.#behaviour.askAgainMinutes);
		this.#server.deliverWakeUps();
	}

	#begin(): void {
		this.#ready = true;
		this.#fromBefore = this.#questions();
		this.schedulePoll();
		if (this.#flash.retryStep > 0) this.#scheduleRetry();
	}

	/** The modem stops in the middle of whatever it does. */
	end(): void {
		this.#server.closeSession();
	}

	/** AT+WDSS=0,apn */
	setApn(apn: string): void {
		this.#flash.apn = apn;
		if (!this.#ready) this.#timers.after(this.#behaviour.stepMs, () => !this.#ready && this.start());
	}

	/** AT+WDSR; a reply is taken as soon as the question stands. */
	reply(reply: number, minutes: number | undefined): ReplyResult {
		return this.#agreements.reply(reply, minutes);
	}

	/** A file has arrived (AT+WDSD): it takes the place of whatever package was there, and may be installed. */
	takeFile(arrived: FirmwarePackage | undefined): void {
		const isBase = arrived?.from === undefined || arrived.from === this.#flash.version;
		if (!arrived || (!isBase && this.#behaviour.mismatchedDelta === "rejected")) {
			this.#timers.after(this.#behaviour.stepMs, () => this.#indicate(13));
			return;
		}
		this.#flash.stored = arrived;
		this.#flash.installAttempts = 0;
		this.#readyHidden = false;
		this.#timers.after(this.#behaviour.stepMs, () =>
			this.#askInstall({ aloud: this.#behaviour.installAskedAfterDownload }),
		);
	}

	/** AT&F where it puts AT+WDSC back. */
	forgetRequests(): void {
		this.#agreements.withdrawAll();
		this.schedulePoll();
	}

	/** Tells the server of an install, after 15 or 16; once is enough. */
	reportInstall(): void {
		if (this.#reportScheduled) return;
		this.#reportScheduled = true;
		this.#timers.after(this.#behaviour.reportDelayMs, () => {
			if (!this.#flash.report) return;
			if (this.#behaviour.reportAsksToConnect) this.#agreements.ask("connect");
			else this.startSession();
		});
	}

	/** The server's wake-up; false while nobody listens. */
	notify(): boolean {
		if (!this.#ready) return false;
		const unasked = this.#behaviour.downloadAgreementOffConnects && !this.#flash.agreements.download;
		if (unasked) this.startSession();
		else if (!this.sessionRuns && !this.#agreements.isPending("connect")) this.#agreements.ask("connect");
		return true;
	}

	/** AT+WDSC=3 */
	schedulePoll(): void {
		this.#timers.clear(this.#pollTimer);
		if (!this.#flash.pollMinutes) return;
		this.#pollTimer = this.#timers.after(this.#flash.pollMinutes * MINUTE_MS, () => {
			this.schedulePoll();
			if (this.#behaviour.pollAsksToConnect) this.#agreements.ask("connect");
			else this.startSession();
		});
	}

	/** AT+WDSC=4,0 */
	stopRetries(): void {
		this.#timers.clear(this.#retryTimer);
		this.#flash.retryStep = 0;
	}

	/** AT+WDSS=1,1; while one runs already nothing more happens. */
	startSession(): void {
		if (!this.#ready) return;
		if (this.#session.stage === "closing") this.#startWanted = true;
		if (this.sessionRuns || this.#download.running || this.#installStarted) return;
		this.#onSession();
		this.#session.start();
	}

	/** AT+WDSS=1,0; a running download is kept for later, an install goes on. */
	stopSession(): void {
		this.#startWanted = false;
		if (this.#installStarted) return;
		if (this.#session.stage === "closing" || (!this.sessionRuns && !this.#download.running)) return;
		if (this.#download.running) this.#download.stop("stop");
		this.#session.close(this.#behaviour.sessionStopMs);
	}

	#ask(kind: RequestKind): void {
		if (kind === "install") this.#readyHidden = false;
		this.#indicate(REQUESTS[kind].event);
	}

	/** What flash holds an unanswered question about. */
	#questions(): RequestKind[] {
		const { asked, offer, download, stored } = this.#flash;
		const questions = [...asked];
		if (stored && !this.#resumesInstallAtStart()) questions.push("install");
		if (offer || (download && this.#behaviour.interruptedDownloadAtStart === "asks"))
			questions.push("download");
		return questions;
	}

	#resumesInstallAtStart(): boolean {
		return this.#flash.installing && this.#behaviour.cutInstall === "start";
	}

	/** What was pending before the start is raised again, as far as nobody has answered it in the meantime. */
	#resume(): void {
		if (this.#flash.report?.indicated) this.reportInstall();
		if (this.#resumesInstallAtStart()) this.#install();
		for (const kind of this.#fromBefore) {
			if (!this.#agreements.isPending(kind) || this.#agreements.isPutOff(kind)) continue;
			if (kind === "install") this.#askInstall({ aloud: this.#behaviour.installAskedAtStart });
			else this.#agreements.ask(kind);
		}
		this.#server.deliverWakeUps();
	}

	#askInstall({ aloud }: { aloud: boolean }): void {
		if (aloud || !this.#flash.agreements.install) this.#agreements.ask("install");
		else this.#agreements.hold("install");
	}

	#accepted(kind: RequestKind): void {
		if (kind === "connect") this.startSession();
		if (kind === "download") this.#acceptedDownload();
		if (kind === "install") this.#install();
		if (kind === "reboot") this.#timers.after(this.#behaviour.installStartMs, () => this.#onReboot());
	}

	#acceptedDownload(): void {
		const { offer, download } = this.#flash;
		if (offer) this.#flash.download = { package: offer, receivedBytes: 0, pausedBy: null };
		else if (download) this.#takeUp(download);
		this.#flash.offer = null;
		if (this.#session.stage === "open") {
			this.#session.keepOpen();
			this.#download.start(this.#behaviour.stepMs);
		} else if (this.#session.stage === "none") {
			if (this.#behaviour.downloadOpensSession) this.startSession();
			else this.#download.start(this.#behaviour.stepMs);
		} else if (this.#session.stage === "closing") this.#startWanted = true;
	}

	/** How an interrupted download goes on once nothing stands in its way any more. */
	#takeUp(download: NonNullable<ModemFlash["download"]>): void {
		if (this.#interrupted(download) !== "resumes") download.receivedBytes = 0;
		download.pausedBy = null;
	}

	#interrupted({ pausedBy }: NonNullable<ModemFlash["download"]>): "resumes" | "restarts" | "asks" {
		if (pausedBy === "power") return this.#behaviour.downloadAfterPowerLoss;
		if (pausedBy === "stop") return this.#behaviour.downloadAfterStop;
		return "resumes";
	}

	#refused(): void {
		const lost = this.#flash.offer ?? this.#flash.download?.package;
		this.#flash.offer = null;
		this.#flash.download = null;
		if (!lost) return;
		this.#flash.report = { jobId: lost.jobId, succeeded: false, indicated: true };
		if (this.#session.stage === "open") {
			this.#tellReport();
			this.#session.close(this.#behaviour.stepMs);
		} else this.startSession();
	}

	/** What one session is about, in this order: reports, what was begun, what is new. */
	#exchange(): void {
		this.#tellReport();
		this.#dropCancelled();
		const installDue = this.#installDue;
		this.#installDue = false;
		if (this.#flash.installing && this.#behaviour.cutInstall === "session") {
			this.#agreements.withdraw("install");
			this.#install();
			return;
		}
		this.#session.closeWhenIdle();
		if (this.#flash.download) this.#goOn(this.#flash.download);
		else if (this.#flash.stored) {
			if (installDue) this.#askInstall({ aloud: this.#behaviour.installAskedAfterDownload });
			else if (this.#mayAsk("install")) this.#askInstall({ aloud: true });
		} else this.#takeOffer();
	}

	#goOn(download: NonNullable<ModemFlash["download"]>): void {
		if (this.#interrupted(download) === "asks") {
			this.#flash.offer = download.package;
			this.#flash.download = null;
			this.#agreements.ask("download");
			return;
		}
		this.#agreements.withdraw("download");
		this.#takeUp(download);
		this.#session.keepOpen();
		this.#download.start(0);
	}

	#takeOffer(): void {
		const offer = this.#server.offer();
		if (!offer) {
			this.#flash.offer = null;
			this.#agreements.withdraw("download");
			this.#takeAction();
			return;
		}
		const known = this.#flash.offer?.jobId === offer.jobId;
		this.#flash.offer = offer;
		if (!known || this.#mayAsk("download")) this.#agreements.ask("download");
	}

	#takeAction(): void {
		const action = this.#server.takeAction();
		if (action && this.#family.requests.includes(action)) this.#agreements.ask(action);
	}

	#mayAsk(kind: RequestKind): boolean {
		return this.#behaviour.sessionAsksAgain || !this.#agreements.isPending(kind);
	}

	#tellReport(): void {
		const { report, version } = this.#flash;
		if (!report) return;
		this.#server.report({ jobId: report.jobId, succeeded: report.succeeded, version });
		this.#flash.report = null;
	}

	#dropCancelled(): void {
		if (!this.#behaviour.cancelledJobDropsPackage) return;
		const cancelled = (candidate: FirmwarePackage | null | undefined) =>
			candidate ? this.#server.isCancelled(candidate.jobId) : false;
		if (cancelled(this.#flash.stored)) {
			this.#flash.stored = null;
			this.#flash.installing = false;
			this.#agreements.withdraw("install");
		}
		if (cancelled(this.#flash.download?.package)) {
			this.#flash.download = null;
			this.#agreements.withdraw("download");
		}
	}

	#downloadEnded(result: DownloadResult): void {
		const ended = this.#flash.download?.package;
		if (result === "link") {
			if (this.#session.stage === "open") this.#session.close(this.#behaviour.stepMs);
			this.#sessionLost();
			return;
		}
		this.#flash.download = null;
		if (!ended) return;
		if (result === "done") {
			this.#flash.stored = ended;
			this.#flash.installAttempts = 0;
			this.#installDue = true;
			this.#readyHidden = false;
		} else this.#flash.report = { jobId: ended.jobId, succeeded: false, indicated: true };
		if (this.#session.stage === "open") this.#exchange();
		else this.startSession();
	}

	#sessionEnded(succeeded: boolean): void {
		if (!this.#behaviour.readyStatusAfterSession) this.#readyHidden = true;
		if (!succeeded) {
			if (this.#installDue) {
				this.#installDue = false;
				this.#askInstall({ aloud: this.#behaviour.installAskedAfterDownload });
			}
			this.#sessionLost();
			return;
		}
		if (this.#startWanted) {
			this.#startWanted = false;
			this.startSession();
		}
	}

	/** A session that failed is tried again after the next of the retry times. */
	#sessionLost(): void {
		if (!this.#flash.retryMinutes[0] || this.#flash.retryStep >= this.#flash.retryMinutes.length) {
			this.#flash.retryStep = 0;
			return;
		}
		this.#flash.retryStep++;
		this.#scheduleRetry();
	}

	#scheduleRetry(): void {
		const minutes = this.#flash.retryMinutes[this.#flash.retryStep - 1];
		if (!minutes) return;
		this.#timers.clear(this.#retryTimer);
		this.#retryTimer = this.#timers.after(minutes * MINUTE_MS, () => this.startSession());
	}

	/** 14, the end of a session that is open, and then silence. */
	#install(): void {
		const stored = this.#flash.stored;
		if (!stored || this.#installStarted) return;
		this.#installStarted = true;
		this.#flash.installing = true;
		if (this.#session.stage === "starting") this.#session.abandon();
		else if (this.#session.stage === "open") this.#session.keepOpen();
		const silent = (stored.install ?? this.#behaviour.install) === "silent";
		this.#timers.after(this.#behaviour.stepMs, () => {
			if (this.#behaviour.signatureCheckedAt === "install") this.#indicate(12);
			if (!silent) this.#indicate(14);
			if (this.#session.stage === "open") this.#session.closeNow();
		});
		this.#timers.after(this.#behaviour.stepMs + this.#behaviour.installStartMs, () => this.#onInstall());
	}
}
