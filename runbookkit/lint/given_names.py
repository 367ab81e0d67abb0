"""Given names that are no ordinary word, month, place or program.

Names such as Mark, Will, June, Jenkins or Victoria are left out on purpose: in a
text about computers they are seldom people.
"""

from __future__ import annotations

from typing import Final

_NAMES: Final = """
Aarav Abdul Abdullah Abigail Adam Adrian Adriana Agnes Agnieszka Ahmed Aiko Aisha
Akira Alan Albert Alberto Alejandro Aleksander Aleksandra Alessandro Alex Alexander
Alexandra Alexandre Alexei Alexis Alfonso Alfred Alice Alicia Allison Alvaro Amanda
Amara Amelia Amina Amir Amit Amy Ana Anders Andre Andrea Andreas Andrei Andrej
Andres Andrew Andrey Andrzej Andy Angela Anil Anita Anja Ankit Ann Anna Anne Annika
Anthony Antoine Anton Antonio Arjun Arne Arthur Arturo Asher Astrid Audrey Axel
Barbara Bartosz Bastian Beatrice Beatriz Ben Benedikt Benjamin Bernard Bernd Bharat
Birgit Bjarne Bjorn Björn Bob Bogdan Boris Brandon Brenda Brendan Brian Brigitte
Bryan Camila Camille Carl Carla Carlo Carlos Carmen Carol Caroline Carsten Catherine
Cecilia Cesar Chandra Charles Chiara Chidi Chris Christian Christina Christine
Christoph Christophe Christopher Claire Clara Claudia Clemens Colin Connor
Constantin Cristian Cristina Cynthia Cyril Dagmar Damien Dan Daniel Daniela Danielle
Danny Dariusz Darren Dave David Deborah Deepak Denis Dennis Derek Diana Diego Dieter
Dimitri Dinesh Dirk Dmitri Dmitrii Dmitry Dominic Dominik Dominique Donald Donna
Dorothy Doug Douglas Duncan Dylan Ed Eduardo Edward Edwin Ekaterina Eleanor Elena
Elias Elisabeth Elizabeth Ellen Elsa Emanuel Emil Emilia Emilie Emily Emma Emmanuel
Enrique Eric Erica Erik Erika Erin Ernesto Esther Ethan Eugene Eva Evelyn Ewa Fabian
Fabien Fabio Farid Fatima Federico Felipe Felix Femi Ferdinand Fernanda Fernando
Filip Fiona Florian Francesca Francesco Francis Francisco Franck Francois Frank
Franz François Fred Frederic Frederik Fredrik Friedrich Gabriel Gabriela Gareth Gary
Gavin Geoffrey Georg Gerard Gerhard Giorgio Giovanni Giulia Giuseppe Gonzalo Gopal
Greg Gregory Guido Guillaume Guillermo Gunnar Gustav Gustavo Hamza Hanna Hannah Hans
Harald Harold Harry Haruto Hassan Heather Hector Heidi Heiko Heinrich Helen Helena
Helene Helga Helmut Hendrik Henning Henri Henrik Henrique Henry Herbert Hiroshi
Holger Howard Ian Ibrahim Ignacio Igor Ilya Imran Ines Ingo Ingrid Irene Irina
Isabel Isabella Isabelle Ivan Ivana Jacek Jack Jacob Jacques Jakob Jakub James Jamie
Jan Jana Jane Janet Janine Jannik Jaroslav Jason Javier Jeff Jeffrey Jelena Jennifer
Jens Jeremy Jerome Jessica Jim Jimmy Jiri Joachim Joan Joanna Joaquin Jochen Joe
Joel Joerg Johan Johann Johanna Johannes John Johnny Jon Jonas Jonathan Jorge Jose
Josef Joseph Josh Joshua José Juan Judith Julian Juliana Julie Julien Juliette Julio
Jurgen Justin Justyna Jürgen Kamil Karen Karim Karin Karl Karolina Katarina
Katarzyna Kate Katharina Katherine Kathrin Kathryn Katie Katja Katrin Kavita Keith
Kelly Ken Kenji Kenneth Kevin Khalid Kiran Kirsten Klara Klaus Konrad Konstantin
Krishna Kristian Kristin Kristina Krzysztof Kumar Kurt Kwame Kyle Lakshmi Lars
Laszlo Laura Lauren Laurent Lea Leah Lena Leo Leon Leonard Leonardo Leonie Lewis
Liam Linda Linus Lisa Lloyd Lorenzo Louis Louise Luca Lucas Lucia Lucie Ludovic
Ludwig Luis Luisa Luise Lukas Lukasz Luke Lydia Maciej Maciek Magdalena Magnus
Mahesh Maja Manfred Manish Manoj Manuel Manuela Marc Marcel Marcela Marcelo Marcin
Marco Marcos Marcus Marek Margaret Maria Mariana Marie Mario Marion Marius Marko
Markus Marlene Marta Martha Martin Martina Mary Mateo Mateusz Mathias Mathieu Matt
Matteo Matthew Matthias Matthieu Maurice Mauricio Maximilian Megan Mehmet Melanie
Melissa Mia Michael Michaela Michal Michel Michele Michelle Miguel Mikael Mike
Mikhail Milena Mirjam Miroslav Mohamed Mohammad Mohammed Mohan Mohit Monika Monique
Morten Muhammad Mustafa Nadia Nadine Nancy Natalia Natalie Natasha Nate Nathalie
Nathan Neha Neil Ngozi Nicholas Nick Nicola Nicolas Nicole Niels Nikhil Nikita
Niklas Nikolai Nikolaus Nils Nina Nishant Noah Nora Norbert Olaf Oleg Oleksandr Olga
Oliver Olivia Olivier Omar Oscar Oskar Otto Pablo Pamela Paolo Patricia Patrick
Patrik Paul Paula Paulina Pavel Pawel Pedro Peter Petr Petra Phil Philip Philipp
Philippe Phillip Pierre Piotr Pradeep Prakash Pranav Prashant Praveen Priya Priyanka
Przemyslaw Rachel Radek Rafael Rahul Rainer Raj Rajesh Rajiv Ralf Ralph Ramesh Ramon
Randy Raphael Raquel Rasmus Raul Ravi Raymond Rebecca Reinhard Renate Ricardo
Riccardo Richard Rick Rita Rob Robert Roberto Rodrigo Roger Rohan Rohit Roland Rolf
Ron Ronald Ronny Rosa Rudolf Rune Rupert Russell Ryan Sabine Sabrina Sam Samantha
Samir Samuel Sandeep Sandra Sanjay Sara Sarah Sascha Satish Scott Sean Sebastian
Sebastien Sergei Sergey Sergio Shankar Shannon Sharon Shaun Shawn Sheila Shreya
Shruti Silke Silvia Simon Simona Simone Slawomir Sneha Sofie Sonia Sophia Sophie
Soren Srinivas Stefan Stefanie Stefano Steffen Stephan Stephanie Stephen Steve
Steven Stuart Sunil Suresh Susan Susanne Suzanne Sven Svetlana Sylvain Sylvia Sylvie
Søren Tadeusz Takashi Tamara Tanja Tanya Tatiana Teresa Thabo Theo Theodor Theresa
Thiago Thibault Thierry Thomas Thorsten Tiago Tim Timo Timothy Tobias Todd Tom Tomas
Tomasz Tommy Tony Torben Torsten Trevor Tunde Tuomas Uday Ulf Ulrich Ulrike Ursula
Uwe Valentin Valentina Valeria Valerie Vanessa Vasily Veronica Veronika Victor Vijay
Vikas Vikram Viktor Vinay Vincent Vincenzo Virginie Vivek Vladimir Volker Walter Wei
Werner Wilhelm Willi William Willy Wojciech Wolfgang Xavier Xiaoming Xiulan Yan
Yannick Yasmin Yoshi Youssef Yuki Yuri Yusuf Yusuke Yves Yvonne Zach Zachary Zanele
Zbigniew Zoe
"""
GIVEN_NAMES: Final = frozenset(_NAMES.split())
