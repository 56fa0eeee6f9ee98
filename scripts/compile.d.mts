/** Compiles the addon in `folder` for `node`; the compiler must be there. */
export function compileAddon(folder: string, node: string, env: NodeJS.ProcessEnv): Promise<void>;

/** Makes sure that an addon can be compiled: installs what is missing, or fails with what to install. */
export function provideCompiler(): Promise<void>;
