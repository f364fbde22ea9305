import type { NativeTrial } from "../../update/native-trial.js";

declare const trial: NativeTrial;
export default trial;
