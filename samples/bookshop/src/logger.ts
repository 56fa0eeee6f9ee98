type Fields = Readonly<Record<string, string | number | boolean>>;

export const logger = {
  info: (message: string, fields: Fields = {}) => write("info", message, fields),
  warn: (message: string, fields: Fields = {}) => write("warn", message, fields),
};

function write(level: string, message: string, fields: Fields): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), level, message, ...fields }));
}
