import { randomUUID } from "node:crypto";
import { ConflictError, InvalidError, NotFoundError } from "./errors.ts";
import { logger } from "./logger.ts";
import type { Book } from "./model.ts";
import { bookRepository } from "./repository.ts";

export async function getBook(bookId: string): Promise<Book> {
  const book = await bookRepository.findById(bookId);
  if (!book) throw new NotFoundError("book", bookId);
  return book;
}

export async function addBook(title: string, author: string, priceCents: number): Promise<Book> {
  if (title.trim() === "") throw new InvalidError("title", "must not be empty");
  if (author.trim() === "") throw new InvalidError("author", "must not be empty");
  if (priceCents <= 0) throw new InvalidError("priceCents", "must be positive");
  const book: Book = { id: randomUUID(), title, author, priceCents, copies: 1 };
  await bookRepository.save(book);
  logger.info("book added", { bookId: book.id });
  return book;
}

export async function changePrice(bookId: string, priceCents: number): Promise<Book> {
  if (priceCents <= 0) throw new InvalidError("priceCents", "must be positive");
  const book = await bookRepository.findById(bookId);
  if (!book) throw new NotFoundError("book", bookId);
  const changed: Book = { ...book, priceCents };
  await bookRepository.save(changed);
  logger.info("book price changed", { bookId, priceCents });
  return changed;
}

export async function takeCopy(bookId: string): Promise<Book> {
  const book = await bookRepository.findById(bookId);
  if (!book) throw new NotFoundError("book", bookId);
  if (book.copies === 0) throw new ConflictError(`no copy of ${book.title} is left`);
  const changed: Book = { ...book, copies: book.copies - 1 };
  await bookRepository.save(changed);
  logger.info("book copy taken", { bookId, copies: changed.copies });
  return changed;
}

export async function putBackCopy(bookId: string): Promise<Book> {
  const book = await bookRepository.findById(bookId);
  if (!book) throw new NotFoundError("book", bookId);
  const changed: Book = { ...book, copies: book.copies + 1 };
  await bookRepository.save(changed);
  logger.info("book copy put back", { bookId, copies: changed.copies });
  return changed;
}
