// What the admin's theme leaves out for those who find their way by landmarks and headings.
addEventListener("DOMContentLoaded", () => {
  const main = document.getElementById("main") ?? document.querySelector("#page > div");
  main?.setAttribute("role", "main");

  // A heading without words says nothing; a plain cell keeps the column.
  for (const heading of document.querySelectorAll("th")) {
    if (heading.textContent.trim() || heading.querySelector("input")) continue;
    const cell = document.createElement("td");
    cell.className = heading.className;
    heading.replaceWith(cell);
  }
});

// Each scrolling part calls itself a region of the same name: once the theme has made them.
addEventListener("load", () => {
  for (const part of document.querySelectorAll(".simplebar-content-wrapper")) {
    part.setAttribute("role", "group");
  }
});
