interface Window {
  /** Loads the site afresh, once in a tab's life, if a kept copy may be to blame; says whether it does. */
  nncoreRepair: {byItself(): Promise<boolean>};
}
