import { screenOf } from "./screen/screen.js";
import { SimModel } from "./sim-model.js";

export default screenOf(new SimModel());
