/* SPDX-License-Identifier: Apache-2.0 */
/* Made by tests/oracle/table_reference.py with pandas; do not edit. */
/* clang-format off */
#ifndef TESTS_TABLE_REFERENCE_H
#define TESTS_TABLE_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>

static const struct reference_table {
    const char *name;
    char delimiter;
    bool header;
    const char *na[3];
    const char *file;
    const char *columns;
} reference_tables[] = {
    {"plain", ',', true, {NULL},
     "a,b,c\n"
     "1,2.5,x\n"
     "3,,y\n"
     "-4e3,NA,x\n",
     "N a: 1|3|-4000\n"
     "N b: 2.5|nan|nan\n"
     "C c: x|y|x\n"},
    {"no end of the last line", ',', true, {NULL},
     "a,b\n"
     "1,2\n"
     "3,4",
     "N a: 1|3\n"
     "N b: 2|4\n"},
    {"CRLF", ',', true, {NULL},
     "a,b\r\n"
     "1,x\r\n"
     "2,\r\n",
     "N a: 1|2\n"
     "C b: x|~\n"},
    {"CR", ',', true, {NULL},
     "a,b\r1,x\r\r2,y\r",
     "N a: 1|2\n"
     "C b: x|y\n"},
    {"LF, CRLF and CR", ',', true, {NULL},
     "a,b\n"
     "1,x\r\n"
     "2,y\r3,z\n",
     "N a: 1|2|3\n"
     "C b: x|y|z\n"},
    {"a byte order mark", ',', true, {NULL},
     "\357\273\277a,b\n"
     "1,2\n",
     "N a: 1\n"
     "N b: 2\n"},
    {"a byte order mark before a quote", ',', true, {NULL},
     "\357\273\277\"a,b\",c\n"
     "1,2\n",
     "N a,b: 1\n"
     "N c: 2\n"},
    {"quotes", ',', true, {NULL},
     "\"a\",\"b \"\"b\"\"\",c\n"
     "\"1\",\"x, y\",\"line\n"
     "break\"\n"
     "\"\",\"\"\"\",z\n",
     "N a: 1|nan\n"
     "C b \"b\": x, y|\"\n"
     "C c: line\n"
     "break|z\n"},
    {"a quoted line break as CRLF", ',', true, {NULL},
     "a,b\r\n"
     "\"1\r\n"
     "2\",x\r\n"
     "3,y\r\n",
     "C a: 1\r\n"
     "2|3\n"
     "C b: x|y\n"},
    {"blank lines", ',', true, {NULL},
     "\n"
     "\n"
     "a,b\n"
     "\n"
     "1,2\n"
     "   \n"
     "\t\n"
     "\n"
     "3,4\n"
     "\n",
     "N a: 1|3\n"
     "N b: 2|4\n"},
    {"blank lines in one column", ',', true, {NULL},
     "a\n"
     "1\n"
     "\n"
     "2\n",
     "N a: 1|2\n"},
    {"an empty field in quotes in one column", ',', true, {NULL},
     "a\n"
     "1\n"
     "\"\"\n"
     "2\n",
     "N a: 1|nan|2\n"},
    {"blank lines within quotes", ',', true, {NULL},
     "a,b\n"
     "\"\n"
     "\n"
     " \n"
     "\",1\n",
     "C a: \n"
     "\n"
     " \n"
     "\n"
     "N b: 1\n"},
    {"quotes that are letters", ',', true, {NULL},
     "a,b\n"
     "5\" nail,6\"\n"
     " \"x\",y\"z\"\n"
     "7\" nail,\"a \"\"b\"\"\"\n"
     "\"c\n"
     "d\",8\"\n",
     "C a: 5\" nail| \"x\"|7\" nail|c\n"
     "d\n"
     "C b: 6\"|y\"z\"|a \"b\"|8\"\n"},
    {"blanks around texts", ',', true, {NULL},
     "a,b\n"
     " x,y \n"
     "  ,\tz\n",
     "C a:  x|  \n"
     "C b: y |\tz\n"},
    {"blanks around numbers", ',', true, {NULL},
     "a,b\n"
     " 1, 2.5 \n"
     "\t3,-4\t\n",
     "N a: 1|3\n"
     "N b: 2.5|-4\n"},
    {"only blanks are a text", ',', true, {NULL},
     "a,b\n"
     "1, \n"
     "2,3\n",
     "N a: 1|2\n"
     "C b:  |3\n"},
    {"semicolons", ';', true, {NULL},
     "a;b\n"
     "1,5;x\n"
     "2,5;y\n",
     "C a: 1,5|2,5\n"
     "C b: x|y\n"},
    {"tabs", '\t', true, {NULL},
     "a\tb\n"
     "1\t\n"
     "\t2\n"
     "\t\n",
     "N a: 1|nan|nan\n"
     "N b: nan|2|nan\n"},
    {"blanks as delimiter", ' ', true, {NULL},
     "a b\n"
     "1 \"x y\"\n"
     "2 z\n",
     "N a: 1|2\n"
     "C b: x y|z\n"},
    {"bars", '|', true, {NULL},
     "a|b\n"
     "1|2\n",
     "N a: 1\n"
     "N b: 2\n"},
    {"no header", ',', false, {NULL},
     "1,x\n"
     "2,y\n",
     "N 0: 1|2\n"
     "C 1: x|y\n"},
    {"an index", ',', true, {NULL},
     ",a\n"
     "0,1\n"
     "1,2\n",
     "N Unnamed: 0: 0|1\n"
     "N a: 1|2\n"},
    {"texts for missing", ',', true, {NULL},
     "a,b\n"
     "#N/A,1\n"
     "#N/A N/A,2\n"
     "#NA,3\n"
     "-1.#IND,4\n"
     "-1.#QNAN,5\n"
     "-NaN,6\n"
     "-nan,7\n"
     "1.#IND,8\n"
     "1.#QNAN,9\n"
     "<NA>,10\n"
     "N/A,11\n"
     "NA,12\n"
     "NULL,13\n"
     "NaN,14\n"
     "None,15\n"
     "n/a,16\n"
     "nan,17\n"
     "null,18\n"
     ",19\n",
     "N a: nan|nan|nan|nan|nan|nan|nan|nan|nan|nan|nan|nan|nan|nan|nan|nan|nan|nan|nan\n"
     "N b: 1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19\n"},
    {"nearly texts for missing", ',', true, {NULL},
     "a\n"
     "NAN\n"
     "None \n"
     " na\n"
     "Nil\n"
     "none\n"
     "Null\n"
     ".\n"
     "-\n"
     "\077\n"
     "N/a\n"
     "#n/a\n",
     "C a: NAN|None | na|Nil|none|Null|.|-|\077|N/a|#n/a\n"},
    {"quoted texts for missing", ',', true, {NULL},
     "a,b\n"
     "\"NA\",1\n"
     "\"\",2\n",
     "N a: nan|nan\n"
     "N b: 1|2\n"},
    {"more texts for missing", ',', true, {"-999", "?", NULL},
     "a,b\n"
     "-999,\077\n"
     "-999.0,x\n"
     "1,-999\n"
     "\077,-999.0\n",
     "N a: nan|nan|1|nan\n"
     "C b: ~|x|~|~\n"},
    {"all missing", ',', true, {NULL},
     "a,b\n"
     ",1\n"
     "NA,2\n",
     "N a: nan|nan\n"
     "N b: 1|2\n"},
    {"booleans", ',', true, {NULL},
     "a,b,c,d\n"
     "True,TRUE,true,False\n"
     "FALSE,false,true,TRUE\n",
     "B a: 1|0\n"
     "B b: 1|0\n"
     "B c: 1|1\n"
     "B d: 0|1\n"},
    {"booleans with missing", ',', true, {NULL},
     "a,b\n"
     "True,\n"
     ",false\n"
     "False,NA\n",
     "B a: 1|nan|0\n"
     "B b: nan|0|nan\n"},
    {"nearly booleans", ',', true, {NULL},
     "a,b,c\n"
     "True,tRue,yes\n"
     "x,false,no\n",
     "C a: True|x\n"
     "B b: 1|0\n"
     "C c: yes|no\n"},
    {"booleans and numbers", ',', true, {NULL},
     "a,b\n"
     "True,1\n"
     "0,False\n",
     "C a: True|0\n"
     "C b: 1|False\n"},
    {"numbers", ',', true, {NULL},
     "a\n"
     "1\n"
     "+2\n"
     "-3\n"
     ".5\n"
     "5.\n"
     "1e3\n"
     "1E-3\n"
     "1e+05\n"
     "007\n"
     "-0\n",
     "N a: 1|2|-3|0.5|5|1000|0.001|100000|7|-0\n"},
    {"not quite numbers", ',', true, {NULL},
     "a,b,c,d,e,f,g\n"
     "1e,0x1F,1_000,1 000,--1,1.2.3,1e5.5\n"
     "1,1,1,1,1,1,1\n",
     "C a: 1e|1\n"
     "C b: 0x1F|1\n"
     "C c: 1_000|1\n"
     "C d: 1 000|1\n"
     "C e: --1|1\n"
     "C f: 1.2.3|1\n"
     "C g: 1e5.5|1\n"},
    {"nearly numbers", ',', true, {NULL},
     "a,b,c,d,e\n"
     "+,.,e5,1.5f,1d0\n"
     "1,1,1,1,1\n",
     "C a: +|1\n"
     "C b: .|1\n"
     "C c: e5|1\n"
     "C d: 1.5f|1\n"
     "C e: 1d0|1\n"},
    {"digits", ',', true, {NULL},
     "a\n"
     "0.1\n"
     "0.30000000000000004\n"
     "1.7976931348623157e308\n"
     "2.2250738585072014e-308\n"
     "5e-324\n"
     "9007199254740993.0\n"
     "123456789.123456789123456789\n"
     "0.000000000000000000000000000123\n"
     "3.14159265358979323846264338327950288\n"
     "1e-400\n",
     "N a: 0.10000000000000001|0.30000000000000004|1.7976931348623157e+308|2.2250738585"
     "072014e-308|4.9406564584124654e-324|9007199254740992|123456789.12345679|1.2299999"
     "999999999e-28|3.1415926535897931|0\n"},
    {"infinities", ',', true, {NULL},
     "a,b\n"
     "inf,1\n"
     "-inf,2\n"
     "Infinity,3\n"
     "+INF,4\n"
     "-infinity,5\n",
     "N a: inf|-inf|inf|inf|-inf\n"
     "N b: 1|2|3|4|5\n"},
    {"late text", ',', true, {NULL},
     "a,b\n"
     "1.0,1\n"
     "01,2\n"
     "x,3\n"
     "1,4\n"
     ",5\n",
     "C a: 1.0|01|x|1|~\n"
     "N b: 1|2|3|4|5\n"},
    {"text after missing", ',', true, {NULL},
     "a\n"
     "NA\n"
     "\"\"\n"
     "x\n",
     "C a: ~|~|x\n"},
    {"letters of all sorts", ',', true, {NULL},
     "Gr\303\266\303\237e,\345\220\215\345\211\215\n"
     "1,\303\251\n"
     "2,\346\227\245\346\234\254\n"
     "3,Z\n"
     "4,a\n",
     "N Gr\303\266\303\237e: 1|2|3|4\n"
     "C \345\220\215\345\211\215: \303\251|\346\227\245\346\234\254|Z|a\n"},
    {"order of categories", ',', true, {NULL},
     "a\n"
     "b\n"
     "B\n"
     "a\n"
     "A\n"
     "\303\244\n"
     "10\n"
     "9\n"
     "Z\n"
     "_\n",
     "C a: b|B|a|A|\303\244|10|9|Z|_\n"},
    {"a long text", ',', true, {NULL},
     "a,b\n"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx,1\n"
     "y,2\n",
     "C a: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|y\n"
     "N b: 1|2\n"},
    {"random 0", ',', true, {NULL},
     "c0,c1,c2,\"c3\",c4\r\n"
     " x,TRUE,false,1e3,+7\r\n"
     "y,0.1,\"true\",\"a,b\",-1\r\n"
     "2020-01-01,inf,\"false\",1e-7,2.50\r\n"
     "\"1\",\303\251,FALSE,\"\"\"\",0.1\r\n"
     " x,\"\"\"\",False,1_0,+7\r\n"
     "\"two\n"
     "lines\",+7,False,TRUE,\"-inf\"\r\n"
     "\r\n",
     "C c0:  x|y|2020-01-01|1| x|two\n"
     "lines\n"
     "C c1: TRUE|0.1|inf|\303\251|\"|+7\n"
     "B c2: 0|1|0|0|0|0\n"
     "C c3: 1e3|a,b|1e-7|\"|1_0|TRUE\n"
     "N c4: 7|-1|2.5|0.10000000000000001|7|-inf\n"},
    {"random 1", ',', true, {NULL},
     "\"c0\",c1,c2\n"
     "0.1,0,\"True\"\n"
     "0.1, 3,True\n"
     "nan,nan,false\n"
     "-inf,+7,FALSE\n"
     "\n",
     "N c0: 0.10000000000000001|0.10000000000000001|nan|-inf\n"
     "N c1: 0|3|nan|7\n"
     "B c2: 1|1|0|0\n"},
    {"random 2", '\t', true, {NULL},
     "c0\tc1\r\n"
     "NA\t-inf\r\n"
     "true\t\"+7\"\r\n"
     "\r\n",
     "B c0: nan|1\n"
     "N c1: -inf|7\n"},
    {"random 3", '\t', true, {NULL},
     "c0\tc1\tc2\tc3\tc4\n"
     "2020-01-01\tTRUE\t\tnan\ta b\n"
     "NAN\t\t0\t1_0\t1e-7\n"
     "\tFALSE\t\"-1\"\tFalse\tFalse\n"
     "\"\t5\"\t\"\"\t1e-7\t4 \t\"a,b\"\n"
     "true\tFALSE\t-inf\t-\t\n",
     "C c0: 2020-01-01|NAN|~|\t5|true\n"
     "B c1: 1|nan|0|nan|0\n"
     "N c2: nan|0|-1|9.9999999999999995e-08|-inf\n"
     "C c3: ~|1_0|False|4 |-\n"
     "C c4: a b|1e-7|False|a,b|~\n"},
    {"random 4", ';', true, {NULL},
     "c0;c1;c2;c3;c4\r\n"
     ";FALSE; x;\"0.1\";1e3\r\n"
     "0.1;False;\"a;b\";NA;\"two\n"
     "lines\"\r\n"
     "\"-.5\";\"NA\";\"say \"\"x\"\"\";nan;\"yes\"",
     "N c0: nan|0.10000000000000001|-0.5\n"
     "B c1: 0|0|nan\n"
     "C c2:  x|a;b|say \"x\"\n"
     "N c3: 0.10000000000000001|nan|nan\n"
     "C c4: 1e3|two\n"
     "lines|yes\n"},
    {"random 5", ';', true, {NULL},
     "c0;\"c1\";c2;c3;c4\r\n"
     ";1e-7; 3;1e-7;-inf\r\n"
     "NA;1e-7;2.50;\"1e-7\";4 \r\n"
     ";1e3;0.1;0;\r\n"
     "\r\n",
     "N c0: nan|nan|nan\n"
     "N c1: 9.9999999999999995e-08|9.9999999999999995e-08|1000\n"
     "N c2: 3|2.5|0.10000000000000001\n"
     "N c3: 9.9999999999999995e-08|9.9999999999999995e-08|0\n"
     "N c4: -inf|4|nan\n"},
    {"random 6", ',', true, {NULL},
     "c0,c1,c2,\"c3\",c4\n"
     "\"2.50\",a;b,-1,1e-7,nan\n"
     "nan,1,\"0\",\"2020-01-01\",nan\n"
     "0.1,1e3,-inf, x,4 \n"
     "\"-1\",yes,-1,x ,1e3\n"
     "1e3,+7,,\"4 \",1e3\n"
     "1e-7,x, 3,\"\"\"\",+7\n"
     "\n",
     "N c0: 2.5|nan|0.10000000000000001|-1|1000|9.9999999999999995e-08\n"
     "C c1: a;b|1|1e3|yes|+7|x\n"
     "N c2: -1|0|-inf|-1|nan|3\n"
     "C c3: 1e-7|2020-01-01| x|x |4 |\"\n"
     "N c4: nan|nan|4|1000|1000|7\n"},
    {"random 7", ',', true, {NULL},
     "\"c0\",c1\n"
     "\"\",False\n"
     "\n",
     "N c0: nan\n"
     "B c1: 0\n"},
    {"random 8", '\t', true, {NULL},
     "c0\tc1\tc2\tc3\r\n"
     "\"0\"\tfalse\tfalse\t\134\r\n"
     "\"\"\tfalse\tNA\t0\r\n"
     "4 \tFALSE\ttrue\ta;b\r\n"
     "0\tNA\t\"TRUE\"\tNA\r\n"
     "\"\"\tTRUE\tFALSE\t4 \r\n",
     "N c0: 0|nan|4|0|nan\n"
     "B c1: 0|0|0|nan|1\n"
     "B c2: 0|nan|1|1|0\n"
     "C c3: \134|0|a;b|~|4 \n"},
    {"random 9", ';', true, {NULL},
     "c0;c1;c2\n"
     "\"a;b\";;2.50",
     "C c0: a;b\n"
     "N c1: nan\n"
     "N c2: 2.5\n"},
    {"random 10", ';', true, {NULL},
     "c0;c1;c2\n"
     "\"two\r\n"
     "lines\";#; 3\n"
     "1_0;1e-7;\"-.5\"\n"
     "-1;-.5;\n"
     "<NA>;;\n"
     "x;y;1e-7\n"
     "123456789012;NAN;\n"
     "\n",
     "C c0: two\r\n"
     "lines|1_0|-1|~|x|123456789012\n"
     "C c1: #|1e-7|-.5|~|y|NAN\n"
     "N c2: 3|-0.5|nan|nan|9.9999999999999995e-08|nan\n"},
    {"random 11", ',', true, {NULL},
     "c0,c1\n"
     "+7,-inf\n"
     "nan,1e3\n"
     "0,-1\n"
     "1e3,0\n"
     "-.5,-inf\n"
     "1e-7,NA\n",
     "N c0: 7|nan|0|1000|-0.5|9.9999999999999995e-08\n"
     "N c1: -inf|1000|-1|0|-inf|nan\n"},
    {"random 12", ',', true, {NULL},
     "c0,c1,c2,c3,c4\n"
     "',2.50,nan,\"FALSE\",+7\n"
     "\303\251,0.1,\" 3\",True,1e-7\n"
     "+7,\"1e3\",\"nan\",True, 3\n"
     "\"1e\",,2.50,False,\"\"\n",
     "C c0: '|\303\251|+7|1e\n"
     "N c1: 2.5|0.10000000000000001|1000|nan\n"
     "N c2: nan|3|nan|2.5\n"
     "B c3: 0|1|1|0\n"
     "N c4: 7|9.9999999999999995e-08|3|nan\n"},
    {"random 13", ',', true, {NULL},
     "c0,c1\r\n"
     "#,0.1\r\n"
     "1_0,\"-.5\"\r\n"
     "\r\n",
     "C c0: #|1_0\n"
     "N c1: 0.10000000000000001|-0.5\n"},
    {"random 14", '\t', true, {NULL},
     "c0\tc1\tc2\n"
     "0.1\t\"-1\"\t\"+7\"\n"
     "1e3\t\t-.5\n"
     "+7\t1e3\t+7\n"
     "-.5\tNA\t-inf\n"
     "-inf\t-1\tNA\n"
     "1e-7\t0\t4 \n",
     "N c0: 0.10000000000000001|1000|7|-0.5|-inf|9.9999999999999995e-08\n"
     "N c1: -1|nan|1000|nan|-1|0\n"
     "N c2: 7|-0.5|7|-inf|nan|4\n"},
    {"random 15", ',', true, {NULL},
     "c0,c1,c2,\"c3\"\n"
     "FALSE,-1,False,-inf\n"
     "True,\"4 \",False,nan\n"
     "TRUE, 3,\"FALSE\",\"1e3\"",
     "B c0: 0|1|1\n"
     "N c1: -1|4|3\n"
     "B c2: 0|0|0\n"
     "N c3: -inf|nan|1000\n"},
    {"random 16", ',', true, {NULL},
     "c0,\"c1\"\n"
     "-1,\n"
     "-.5,0\n",
     "N c0: -1|-0.5\n"
     "N c1: nan|0\n"},
    {"random 17", ';', true, {NULL},
     "c0;c1;c2\r\n"
     "\"\";-inf;infinite\r\n"
     "\r\n",
     "N c0: nan\n"
     "N c1: -inf\n"
     "C c2: infinite\n"},
    {"random 18", ',', true, {NULL},
     "c0,c1,c2,c3\r\n"
     "-.5,2.50, 3,\"a,b\"\r\n"
     " 3,4 ,0.1,2020-01-01\r\n"
     "+7,-1,4 ,\"a,b\"\r\n",
     "N c0: -0.5|3|7\n"
     "N c1: 2.5|4|-1\n"
     "N c2: 3|0.10000000000000001|4\n"
     "C c3: a,b|2020-01-01|a,b\n"},
    {"random 19", '\t', true, {NULL},
     "c0\tc1\t\"c2\"\t\"c3\"\t\"c4\"\n"
     "1e-7\tFALSE\t2.50\t#\tNA",
     "N c0: 9.9999999999999995e-08\n"
     "B c1: 0\n"
     "N c2: 2.5\n"
     "C c3: #\n"
     "N c4: nan\n"},
    {"random 20", ',', true, {NULL},
     "c0,c1,c2,c3,c4\n"
     "\"true\",2.50,NA,False,false\n",
     "B c0: 1\n"
     "N c1: 2.5\n"
     "N c2: nan\n"
     "B c3: 0\n"
     "B c4: 0\n"},
    {"random 21", ',', true, {NULL},
     "c0,c1,\"c2\",c3,c4\r\n"
     "+7,NA,\"\"\"\",\134,\"False\"\r\n"
     "\"0\",True,\"a,b\",1,True\r\n"
     "nan,TRUE,\"a,b\",a b,True\r\n"
     "1e-7,True,\"two\n"
     "lines\",inf,\r\n"
     " 3,True, x,\"<NA>\",TRUE\r\n"
     "NA,true,1_0,\"False\",False\r\n",
     "N c0: 7|0|nan|9.9999999999999995e-08|3|nan\n"
     "B c1: nan|1|1|1|1|1\n"
     "C c2: \"|a,b|a,b|two\n"
     "lines| x|1_0\n"
     "C c3: \134|1|a b|inf|~|False\n"
     "B c4: 0|1|1|nan|1|0\n"},
    {"random 22", ',', true, {NULL},
     "c0,\"c1\",c2\r\n"
     "-1,\"a,b\",nan\r\n"
     "0,X,-1\r\n"
     "0.1,yes,\"-.5\"\r\n"
     "4 , 3,\"0\"\r\n"
     "\r\n",
     "N c0: -1|0|0.10000000000000001|4\n"
     "C c1: a,b|X|yes| 3\n"
     "N c2: nan|-1|-0.5|0\n"},
    {"random 23", ',', true, {NULL},
     "c0,c1,c2\n"
     "NA,True,NA",
     "N c0: nan\n"
     "B c1: 1\n"
     "N c2: nan\n"},
    {"random 24", '\t', true, {NULL},
     "\"c0\"\tc1\r\n"
     "true\t0.1\r\n"
     "TRUE\t1e-7",
     "B c0: 1|1\n"
     "N c1: 0.10000000000000001|9.9999999999999995e-08\n"},
    {"random 25", ',', true, {NULL},
     "c0,c1,c2\r\n"
     "NA,-1,FALSE\r\n"
     "-inf,2.50,false\r\n"
     "-1,1e-7,NA\r\n"
     "\r\n",
     "N c0: nan|-inf|-1\n"
     "N c1: -1|2.5|9.9999999999999995e-08\n"
     "B c2: 0|0|nan\n"},
    {"random 26", ',', true, {NULL},
     "\"c0\",c1,c2,c3\n"
     "\"1,5\",1e3,\"0x10\",FALSE\n"
     "4 ,\" 3\",yes,TRUE\n"
     "\"<NA>\",1e3,X,\"true\"\n"
     ",\"-inf\",\"1e3\",FALSE",
     "C c0: 1,5|4 |~|~\n"
     "N c1: 1000|3|1000|-inf\n"
     "C c2: 0x10|yes|X|1e3\n"
     "B c3: 0|1|1|0\n"},
    {"random 27", ',', true, {NULL},
     "\"c0\",\"c1\",c2,c3,c4\n"
     "+7,2.50,-.5, 3,FALSE\n"
     "1e3,-.5,4 ,-.5,True\n",
     "N c0: 7|1000\n"
     "N c1: 2.5|-0.5\n"
     "N c2: -0.5|4\n"
     "N c3: 3|-0.5\n"
     "B c4: 0|1\n"},
    {"random 28", ';', true, {NULL},
     "c0;c1;c2\n"
     "\303\251;nan;\"say \"\"x\"\"\"\n"
     "\"a;b\";nan;\"a;b\"\n"
     "<NA>;-.5;nan\n",
     "C c0: \303\251|a;b|~\n"
     "N c1: nan|nan|-0.5\n"
     "C c2: say \"x\"|a;b|~\n"},
    {"random 29", '\t', true, {NULL},
     "c0\tc1\tc2\tc3\n"
     "\"+7\"\t4 \tnan\t4 \n"
     "-inf\t-inf\t2.50\t2.50\n"
     "0.1\t\"+7\"\t0\t\n"
     "0.1\t1e-7\t-1\t2.50\n"
     "\n",
     "N c0: 7|-inf|0.10000000000000001|0.10000000000000001\n"
     "N c1: 4|-inf|7|9.9999999999999995e-08\n"
     "N c2: nan|2.5|0|-1\n"
     "N c3: 4|2.5|nan|2.5\n"},
    {"random 30", '\t', true, {NULL},
     "\"c0\"\tc1\tc2\tc3\tc4\r\n"
     "0.1\tNone\t\tNA\t-1\r\n"
     "0\t\"\"\"\"\tFalse\t0\t1\r\n"
     "\t\"two\r\n"
     "lines\"\tTRUE\t 3\t 3\r\n"
     "+7\tTRUE\ttrue\t 3\t-\r\n"
     "-inf\t-\tNA\t1e-7\t-.5\r\n"
     "\r\n",
     "N c0: 0.10000000000000001|0|nan|7|-inf\n"
     "C c1: ~|\"|two\r\n"
     "lines|TRUE|-\n"
     "B c2: nan|0|1|1|nan\n"
     "N c3: nan|0|3|3|9.9999999999999995e-08\n"
     "C c4: -1|1| 3|-|-.5\n"},
    {"random 31", '\t', true, {NULL},
     "c0\tc1\tc2\tc3\tc4\n"
     "\"2.50\"\t2.50\t-inf\t 3\ttrue\n"
     "+7\t+7\t2.50\t4 \tTRUE\n"
     "0\t4 \t2.50\t\tFALSE\n"
     "NA\t4 \t 3\t1e3\ttrue\n"
     "\n",
     "N c0: 2.5|7|0|nan\n"
     "N c1: 2.5|7|4|4\n"
     "N c2: -inf|2.5|2.5|3\n"
     "N c3: 3|4|nan|1000\n"
     "B c4: 1|1|0|1\n"},
    {"random 32", ',', true, {NULL},
     "\"c0\",c1,c2,c3,c4\n"
     "None,TRUE,1e3,1e3,\"\"\n"
     "4 ,false,-inf, 3,true\n"
     "0.123456789012345678,\"NA\",\"2.50\",-inf,True\n"
     "0,NA,1e-7,\"-.5\",FALSE\n"
     "a b,,1e3,+7,false",
     "C c0: ~|4 |0.123456789012345678|0|a b\n"
     "B c1: 1|0|nan|nan|nan\n"
     "N c2: 1000|-inf|2.5|9.9999999999999995e-08|1000\n"
     "N c3: 1000|3|-inf|-0.5|7\n"
     "B c4: nan|1|1|0|0\n"},
    {"random 33", ';', true, {NULL},
     "c0;\"c1\";c2;c3\r\n"
     "true;NA;FALSE;\134\r\n"
     "\"False\";\"FALSE\";NA;\"False\"\r\n"
     "TRUE;TRUE;False;+7",
     "B c0: 1|0|1\n"
     "B c1: nan|0|1\n"
     "B c2: 0|nan|0\n"
     "C c3: \134|False|+7\n"},
    {"random 34", ';', true, {NULL},
     "c0;c1;c2;c3;c4\n"
     " 3;1e3;TRUE;nan;\n"
     "0;-;False;\"+7\";\"False\"\n"
     "\n",
     "N c0: 3|0\n"
     "C c1: 1e3|-\n"
     "B c2: 1|0\n"
     "N c3: nan|7\n"
     "B c4: nan|0\n"},
    {"random 35", ';', true, {NULL},
     "c0;c1;c2;c3;c4\r\n"
     " 3;\"a;b\";TRUE;\303\251;123456789012\r\n"
     "1e3;1e3;True;y;.\r\n"
     "\"1e-7\";2020-01-01;TRUE;+7;1e\r\n"
     "-.5;\t5;TRUE;y;+7\r\n"
     "1e3;\"False\";\"true\";;\r\n"
     "\r\n",
     "N c0: 3|1000|9.9999999999999995e-08|-0.5|1000\n"
     "C c1: a;b|1e3|2020-01-01|\t5|False\n"
     "B c2: 1|1|1|1|1\n"
     "C c3: \303\251|y|+7|y|~\n"
     "C c4: 123456789012|.|1e|+7|~\n"},
    {"random 36", ';', true, {NULL},
     "c0;\"c1\";\"c2\";c3;c4\n"
     "y;\"false\"; 3;-.5;\n"
     "';FALSE;+7;0.1;NA",
     "C c0: y|'\n"
     "B c1: 0|0\n"
     "N c2: 3|7\n"
     "N c3: -0.5|0.10000000000000001\n"
     "N c4: nan|nan\n"},
    {"random 37", '\t', true, {NULL},
     "c0\tc1\t\"c2\"\tc3\tc4\n"
     "False\tTrue\t-.5\tTrue\tnan\n"
     "True\tFalse\t<NA>\tFALSE\t+7\n"
     "\"FALSE\"\t\"\"\tNAN\t\"False\"\t-1\n",
     "B c0: 0|1|0\n"
     "B c1: 1|0|nan\n"
     "C c2: -.5|~|NAN\n"
     "B c3: 1|0|0\n"
     "N c4: nan|7|-1\n"},
    {"random 38", ',', true, {NULL},
     "c0,c1,c2,c3,c4\n"
     ",0.1,x,+7,\n"
     "-inf,-inf, x,-inf,NA\n"
     "4 ,+7,-1,-.5,False",
     "N c0: nan|-inf|4\n"
     "N c1: 0.10000000000000001|-inf|7\n"
     "C c2: x| x|-1\n"
     "N c3: 7|-inf|-0.5\n"
     "B c4: nan|nan|0\n"},
    {"random 39", '\t', true, {NULL},
     "c0\tc1\tc2\tc3\t\"c4\"\r\n"
     "\"\"\t2.50\t0x10\t+7\t4 \r\n"
     "nan\t 3\t+7\t2.50\t2.50\r\n"
     "\t-inf\tyes\t0\t0.1\r\n"
     "\r\n",
     "N c0: nan|nan|nan\n"
     "N c1: 2.5|3|-inf\n"
     "C c2: 0x10|+7|yes\n"
     "N c3: 7|2.5|0\n"
     "N c4: 4|2.5|0.10000000000000001\n"},
    {"random 40", '\t', true, {NULL},
     "c0\tc1\tc2\n"
     "NA\t\"+7\"\t\"False\"\n"
     "\"-\"\t+7\t\"NA\"",
     "C c0: ~|-\n"
     "N c1: 7|7\n"
     "B c2: 0|nan\n"},
    {"random 41", ',', true, {NULL},
     "c0,c1,c2\n"
     ",\"1e3\",\"false\"\n"
     "False,#,NA\n"
     "\"TRUE\",0x10,NA\n"
     "FALSE,2.50,False\n"
     "\n",
     "B c0: nan|0|1|0\n"
     "C c1: 1e3|#|0x10|2.50\n"
     "B c2: 0|nan|nan|0\n"},
    {"random 42", '\t', true, {NULL},
     "c0\tc1\tc2\tc3\tc4\n"
     "FALSE\tyes\t1e-7\t\"TRUE\"\tx \n"
     "\t-1\t-inf\tNA\t-.5\n"
     "true\t0\t2.50\tNA\t1e\n"
     "\n",
     "B c0: 0|nan|1\n"
     "C c1: yes|-1|0\n"
     "N c2: 9.9999999999999995e-08|-inf|2.5\n"
     "B c3: 1|nan|nan\n"
     "C c4: x |-.5|1e\n"},
    {"random 43", ',', true, {NULL},
     "\"c0\",c1,c2,\"c3\"\r\n"
     "true,1e3,\"1,5\",TRUE\r\n"
     "FALSE,1e3,2020-01-01,FALSE\r\n"
     "true,,\"\"\"\",\"false\"",
     "B c0: 1|0|1\n"
     "N c1: 1000|1000|nan\n"
     "C c2: 1,5|2020-01-01|\"\n"
     "B c3: 1|0|0\n"},
    {"random 44", ',', true, {NULL},
     "\"c0\",c1\n"
     "+7,1e-7\n"
     "',+7\n"
     "+7,1e3",
     "C c0: +7|'|+7\n"
     "N c1: 9.9999999999999995e-08|7|1000\n"},
    {"random 45", ',', true, {NULL},
     "c0,c1\n"
     "2.50,false\n"
     "2.50,NA\n"
     "1e3,true\n"
     "-inf,TRUE\n"
     "0.1,false",
     "N c0: 2.5|2.5|1000|-inf|0.10000000000000001\n"
     "B c1: 0|nan|1|1|0\n"},
    {"random 46", '\t', true, {NULL},
     "c0\t\"c1\"\n"
     "\tFalse\n"
     "1e3\tFALSE\n"
     "\"NA\"\tTrue\n"
     "\n",
     "N c0: nan|1000|nan\n"
     "B c1: 0|0|1\n"},
    {"random 47", ',', true, {NULL},
     "c0,\"c1\"\r\n"
     "+7,\303\251\r\n"
     "2.50,nan\r\n"
     "1e3,inf\r\n"
     "0,x \r\n"
     "0.1,y\r\n"
     "NA,\"two\n"
     "lines\"\r\n"
     "\r\n",
     "N c0: 7|2.5|1000|0|0.10000000000000001|nan\n"
     "C c1: \303\251|~|inf|x |y|two\n"
     "lines\n"},
    {"random 48", ';', true, {NULL},
     "c0;c1\n"
     "+7;TRUE\n"
     "2.50;true\n"
     "0.1;True\n"
     "0;True\n",
     "N c0: 7|2.5|0.10000000000000001|0\n"
     "B c1: 1|1|1|1\n"},
    {"random 49", ',', true, {NULL},
     "c0,\"c1\"\r\n"
     "-.5,\r\n"
     "NA,+7\r\n"
     "-1,1e3",
     "N c0: -0.5|nan|-1\n"
     "N c1: nan|7|1000\n"},
    {"random 50", ',', true, {NULL},
     "c0,c1,c2,c3\r\n"
     "\"false\",\"NA\",1e3,true\r\n"
     "True, x,2.50,true\r\n"
     "\"TRUE\",-1,\"-inf\",FALSE\r\n",
     "B c0: 0|1|1\n"
     "C c1: ~| x|-1\n"
     "N c2: 1000|2.5|-inf\n"
     "B c3: 1|1|0\n"},
    {"random 51", '\t', true, {NULL},
     "c0\tc1\n"
     "NA\t-1\n"
     "1e3\tTRUE\n",
     "N c0: nan|1000\n"
     "C c1: -1|TRUE\n"},
    {"random 52", ',', true, {NULL},
     "c0,c1\r\n"
     " 3,-\r\n"
     "\r\n",
     "N c0: 3\n"
     "C c1: -\n"},
    {"random 53", ',', true, {NULL},
     "c0,\"c1\"\r\n"
     "-inf,False\r\n"
     "\"NA\",True\r\n"
     "NA,NA\r\n"
     "-.5,false",
     "N c0: -inf|nan|nan|-0.5\n"
     "B c1: 0|1|nan|0\n"},
    {"random 54", ',', true, {NULL},
     "c0,c1,c2,c3\n"
     ",-.5,123456789012,1\n"
     "\"\",,\303\251,.\n"
     "-.5,0.1,y,a;b\n",
     "N c0: nan|nan|-0.5\n"
     "N c1: -0.5|nan|0.10000000000000001\n"
     "C c2: 123456789012|\303\251|y\n"
     "C c3: 1|.|a;b\n"},
    {"random 55", ';', true, {NULL},
     "c0;c1\r\n"
     "0.1;+7\r\n"
     ";nan\r\n"
     "nan;1e3\r\n"
     "0.1;0\r\n"
     "\r\n",
     "N c0: 0.10000000000000001|nan|nan|0.10000000000000001\n"
     "N c1: 7|nan|1000|0\n"},
    {"random 56", ',', true, {NULL},
     "c0,c1\n"
     "-inf,nan\n"
     "-inf,\" 3\"\n"
     "2.50,\303\251\n"
     "\n",
     "N c0: -inf|-inf|2.5\n"
     "C c1: ~| 3|\303\251\n"},
    {"random 57", ',', true, {NULL},
     "c0,\"c1\"\r\n"
     "+7,1e3\r\n"
     "\"0.1\",NA\r\n"
     "\"-inf\",2.50\r\n"
     "-inf,+7\r\n"
     "\" 3\",\" 3\"\r\n"
     "nan,+7\r\n"
     "\r\n",
     "N c0: 7|0.10000000000000001|-inf|-inf|3|nan\n"
     "N c1: 1000|nan|2.5|7|3|7\n"},
    {"random 58", ',', true, {NULL},
     "c0,\"c1\",c2\r\n"
     "\"-.5\",\"\t5\",0\r\n"
     "\"-.5\",\"a,b\",\"-.5\"\r\n",
     "N c0: -0.5|-0.5\n"
     "C c1: \t5|a,b\n"
     "N c2: 0|-0.5\n"},
    {"random 59", '\t', true, {NULL},
     "\"c0\"\t\"c1\"\t\"c2\"\tc3\n"
     "\"NA\"\tTRUE\t\"-inf\"\tnan",
     "N c0: nan\n"
     "B c1: 1\n"
     "N c2: -inf\n"
     "N c3: nan\n"},
    {"random 60", ';', true, {NULL},
     "c0;c1\n"
     ";true\n"
     "FALSE;True\n"
     "\"False\";FALSE\n",
     "B c0: nan|0|0\n"
     "B c1: 1|1|0\n"},
    {"random 61", ';', true, {NULL},
     "c0;c1;c2\r\n"
     "';0;-.5\r\n"
     "\"-.5\"; 3;NA\r\n"
     "0.123456789012345678;-.5;2.50\r\n"
     "\134;\"0\";\"1e3\"\r\n"
     "y;4 ;nan\r\n"
     "X;2.50;+7\r\n"
     "\r\n",
     "C c0: '|-.5|0.123456789012345678|\134|y|X\n"
     "N c1: 0|3|-0.5|0|4|2.5\n"
     "N c2: -0.5|nan|2.5|1000|nan|7\n"},
    {"random 62", ',', true, {NULL},
     "c0,c1,c2,c3\n"
     "nan,-1,1e,\n"
     ",+7,-,False\n"
     "4 ,NA,None,False\n"
     "2.50,1e3,yes,\n"
     "0.1,1e3,\"\"\"\",\"false\"\n"
     "\n",
     "N c0: nan|nan|4|2.5|0.10000000000000001\n"
     "N c1: -1|7|nan|1000|1000\n"
     "C c2: 1e|-|~|yes|\"\n"
     "B c3: nan|0|0|nan|0\n"},
    {"random 63", '\t', true, {NULL},
     "c0\tc1\tc2\r\n"
     "TRUE\tTrue\tfalse\r\n",
     "B c0: 1\n"
     "B c1: 1\n"
     "B c2: 0\n"},
    {"random 64", ',', true, {NULL},
     "\"c0\",c1,c2\n"
     "0.1,2020-01-01,\"NA\"\n"
     "1e3,\"nan\",1e-7\n"
     "1e3,a;b,NA\n"
     ",\"two\r\n"
     "lines\",0.1\n"
     "\"1e3\",1_0,0\n"
     "\"\",#,0.1\n"
     "\n",
     "N c0: 0.10000000000000001|1000|1000|nan|1000|nan\n"
     "C c1: 2020-01-01|~|a;b|two\r\n"
     "lines|1_0|#\n"
     "N c2: nan|9.9999999999999995e-08|nan|0.10000000000000001|0|0.10000000000000001\n"},
    {"random 65", '\t', true, {NULL},
     "c0\tc1\t\"c2\"\tc3\n"
     "1e-7\t 3\t\"TRUE\"\tnan\n"
     "1e-7\t0\tFALSE\tNA",
     "N c0: 9.9999999999999995e-08|9.9999999999999995e-08\n"
     "N c1: 3|0\n"
     "B c2: 1|0\n"
     "N c3: nan|nan\n"},
    {"random 66", ';', true, {NULL},
     "c0;c1;c2;c3\n"
     "yes; x;\"'\";true\n"
     "\"y\";0.123456789012345678;\"a b\";False\n"
     "#;\"\"\"\";NAN;\"true\"\n"
     "x ;1e-7;\"say \"\"x\"\"\";False\n"
     "\t5;-Infinity;;FALSE\n"
     "\n",
     "C c0: yes|y|#|x |\t5\n"
     "C c1:  x|0.123456789012345678|\"|1e-7|-Infinity\n"
     "C c2: '|a b|NAN|say \"x\"|~\n"
     "B c3: 1|0|1|0|0\n"},
    {"random 67", ';', true, {NULL},
     "c0;c1;c2;c3;c4\r\n"
     "1e3;0.1;\"true\";NA;False\r\n"
     "1e-7;NA;.;0.1;TRUE\r\n"
     "+7;-1;\"\"\"\"; 3;True\r\n"
     " 3;-.5;;-inf;\r\n"
     "-.5;0.1;\303\251;\"4 \";\r\n"
     "1e-7;-inf;a b;\"NA\";FALSE\r\n",
     "N c0: 1000|9.9999999999999995e-08|7|3|-0.5|9.9999999999999995e-08\n"
     "N c1: 0.10000000000000001|nan|-1|-0.5|0.10000000000000001|-inf\n"
     "C c2: true|.|\"|~|\303\251|a b\n"
     "N c3: nan|0.10000000000000001|3|-inf|4|nan\n"
     "B c4: 0|1|1|nan|nan|0\n"},
    {"random 68", ',', true, {NULL},
     "c0,\"c1\",c2,c3\n"
     "-inf,TRUE,\"+7\",-.5\n"
     "2.50,+7,,-inf\n"
     "4 ,\"say \"\"x\"\"\",-.5,\n"
     "2.50,123456789012,-.5,-inf\n"
     "\"+7\",-Infinity,\"-1\", 3\n"
     "-1,\"two\n"
     "lines\",0.1,1e3",
     "N c0: -inf|2.5|4|2.5|7|-1\n"
     "C c1: TRUE|+7|say \"x\"|123456789012|-Infinity|two\n"
     "lines\n"
     "N c2: 7|nan|-0.5|-0.5|-1|0.10000000000000001\n"
     "N c3: -0.5|-inf|nan|-inf|3|1000\n"},
    {"random 69", ';', true, {NULL},
     "c0;\"c1\";c2\n"
     "0;4 ;nan\n"
     "1e3;0.1;-inf\n"
     "NA;-inf;1e-7\n"
     "1e-7;4 ;\"-1\"\n"
     "-inf;0;\n"
     "\n",
     "N c0: 0|1000|nan|9.9999999999999995e-08|-inf\n"
     "N c1: 4|0.10000000000000001|-inf|4|0\n"
     "N c2: nan|-inf|9.9999999999999995e-08|-1|nan\n"},
    {"random 70", ',', true, {NULL},
     "c0,c1,c2\r\n"
     "1e-7,1e3,\"\"\r\n"
     "1e-7,-1,2.50\r\n"
     "-1,\" 3\",NA\r\n"
     "\r\n",
     "N c0: 9.9999999999999995e-08|9.9999999999999995e-08|-1\n"
     "N c1: 1000|-1|3\n"
     "N c2: nan|2.5|nan\n"},
    {"random 71", ',', true, {NULL},
     "\"c0\",c1,c2,c3\n"
     "nan,NA,, 3\n"
     " 3,,False,1e3\n"
     "+7,yes,True,\n"
     "NA,4 ,TRUE,\"0\"\n"
     "0.1,\"'\",True,NA\n",
     "N c0: nan|3|7|nan|0.10000000000000001\n"
     "C c1: ~|~|yes|4 |'\n"
     "B c2: nan|0|1|1|1\n"
     "N c3: 3|1000|nan|0|nan\n"},
    {"random 72", ',', true, {NULL},
     "c0,c1,c2\r\n"
     " 3, x,\"two\r\n"
     "lines\"\r\n"
     "1e-7,-,x\r\n"
     "\r\n",
     "N c0: 3|9.9999999999999995e-08\n"
     "C c1:  x|-\n"
     "C c2: two\r\n"
     "lines|x\n"},
    {"random 73", ';', true, {NULL},
     "\"c0\";c1;c2\n"
     "\t5;NA;+7\n"
     "\"\"\"\";NA;nan\n"
     "NA;-.5;NA\n",
     "C c0: \t5|\"|~\n"
     "N c1: nan|nan|-0.5\n"
     "N c2: 7|nan|nan\n"},
    {"random 74", '\t', true, {NULL},
     "c0\t\"c1\"\tc2\tc3\tc4\r\n"
     "+7\tTRUE\t1e-7\t-.5\ttrue\r\n"
     " 3\ttrue\tNone\t1e3\ttrue\r\n"
     "1e3\tTrue\t2020-01-01\tnan\ttrue",
     "N c0: 7|3|1000\n"
     "B c1: 1|1|1\n"
     "C c2: 1e-7|~|2020-01-01\n"
     "N c3: -0.5|1000|nan\n"
     "B c4: 1|1|1\n"},
    {"random 75", '\t', true, {NULL},
     "c0\tc1\t\"c2\"\r\n"
     "0x10\t-1\t1_0\r\n"
     ".\t1e3\t\"\"\"\"\r\n"
     "\"x\"\tnan\t0.123456789012345678\r\n"
     "12:30\t1e3\ta,b",
     "C c0: 0x10|.|x|12:30\n"
     "N c1: -1|1000|nan|1000\n"
     "C c2: 1_0|\"|0.123456789012345678|a,b\n"},
    {"random 76", ',', true, {NULL},
     "c0,c1\r\n"
     "2.50,TRUE\r\n"
     "\r\n",
     "N c0: 2.5\n"
     "B c1: 1\n"},
    {"random 77", '\t', true, {NULL},
     "\"c0\"\tc1\tc2\tc3\tc4\n"
     "1e3\tNA\t1e-7\tx\tNA\n"
     "\"\"\ttrue\t0.1\t1e-7\tNA\n"
     "4 \t\"true\"\tNA\tx\tTrue\n"
     "NA\tFALSE\tNA\t\"'\"\tFalse\n"
     "\t\t 3\t\303\251\tfalse",
     "N c0: 1000|nan|4|nan|nan\n"
     "B c1: nan|1|1|0|nan\n"
     "N c2: 9.9999999999999995e-08|0.10000000000000001|nan|nan|3\n"
     "C c3: x|1e-7|x|'|\303\251\n"
     "B c4: nan|nan|1|0|0\n"},
    {"random 78", '\t', true, {NULL},
     "c0\tc1\tc2\tc3\n"
     ".\t0\tNA\t\n"
     "-1\t\"-.5\"\t-inf\t0\n"
     "y\t4 \t\"-.5\"\t\n"
     "NA\t-inf\t0\t0\n"
     "#\t+7\t\t0\n"
     "\"two\n"
     "lines\"\t4 \t-.5\t1e3",
     "C c0: .|-1|y|~|#|two\n"
     "lines\n"
     "N c1: 0|-0.5|4|-inf|7|4\n"
     "N c2: nan|-inf|-0.5|0|nan|-0.5\n"
     "N c3: nan|0|nan|0|0|1000\n"},
    {"random 79", ',', true, {NULL},
     "c0,c1,c2,c3,c4\n"
     "FALSE,FALSE,\"two\r\n"
     "lines\",-1,True\n"
     "\"NA\",,true,,false\n"
     "False,true,',-.5,TRUE\n"
     ",,nan, 3,TRUE\n"
     "FALSE,FALSE,123456789012,nan,True",
     "B c0: 0|nan|0|nan|0\n"
     "B c1: 0|nan|1|nan|0\n"
     "C c2: two\r\n"
     "lines|true|'|~|123456789012\n"
     "N c3: -1|nan|-0.5|3|nan\n"
     "B c4: 1|0|1|1|1\n"},
    {"random 80", ';', true, {NULL},
     "c0;\"c1\"\n"
     "-.5;\"true\"\n"
     "\"0.1\";\"NA\"\n"
     "1e3;NA\n"
     "\n",
     "N c0: -0.5|0.10000000000000001|1000\n"
     "B c1: 1|nan|nan\n"},
    {"random 81", ',', true, {NULL},
     "c0,c1\r\n"
     "-.5,\"0.1\"\r\n"
     "-inf,4 \r\n"
     "nan,0.1\r\n"
     "-1,\"nan\"",
     "N c0: -0.5|-inf|nan|-1\n"
     "N c1: 0.10000000000000001|4|0.10000000000000001|nan\n"},
    {"random 82", ';', true, {NULL},
     "c0;\"c1\";\"c2\";c3;c4\r\n"
     "False;2.50;True;+7;True\r\n"
     "FALSE;\"-.5\";\"true\";2.50;False\r\n"
     "true;0;\"false\";;True\r\n",
     "B c0: 0|0|1\n"
     "N c1: 2.5|-0.5|0\n"
     "B c2: 1|1|0\n"
     "N c3: 7|2.5|nan\n"
     "B c4: 1|0|1\n"},
    {"random 83", '\t', true, {NULL},
     "c0\tc1\t\"c2\"\r\n"
     "NA\t12:30\t+7\r\n"
     "\tX\t0\r\n"
     "-1\tinf\t\"2.50\"\r\n"
     "4 \t'\tNA\r\n"
     " 3\t123456789012\t 3\r\n"
     "\r\n",
     "N c0: nan|nan|-1|4|3\n"
     "C c1: 12:30|X|inf|'|123456789012\n"
     "N c2: 7|0|2.5|nan|3\n"},
    {"random 84", ',', true, {NULL},
     "c0,c1,c2,c3,c4\n"
     "-inf,true,False,\"1e-7\",NA\n"
     "\"-.5\",a;b,NA,-inf,2.50\n"
     "0,.,\"TRUE\",1e3,-.5\n"
     "-inf,a;b,True,1e-7,0.1\n"
     "-.5,X,NA,4 ,1e-7\n",
     "N c0: -inf|-0.5|0|-inf|-0.5\n"
     "C c1: true|a;b|.|a;b|X\n"
     "B c2: 0|nan|1|1|nan\n"
     "N c3: 9.9999999999999995e-08|-inf|1000|9.9999999999999995e-08|4\n"
     "N c4: nan|2.5|-0.5|0.10000000000000001|9.9999999999999995e-08\n"},
    {"random 85", ',', true, {NULL},
     "c0,c1,c2,c3,c4\n"
     "1e3,true,NA,1e3,x\n"
     "\n",
     "N c0: 1000\n"
     "B c1: 1\n"
     "N c2: nan\n"
     "N c3: 1000\n"
     "C c4: x\n"},
    {"random 86", ',', true, {NULL},
     "c0,\"c1\",c2\n"
     "4 ,NAN, 3\n"
     ",<NA>,\"say \"\"x\"\"\"\n",
     "N c0: 4|nan\n"
     "C c1: NAN|~\n"
     "C c2:  3|say \"x\"\n"},
    {"random 87", ',', true, {NULL},
     "c0,c1\n"
     ",2.50\n"
     "1e-7,\"-inf\"\n"
     "\n",
     "N c0: nan|9.9999999999999995e-08\n"
     "N c1: 2.5|-inf\n"},
    {"random 88", ';', true, {NULL},
     "c0;c1;\"c2\";c3\n"
     "NA;\"True\";y; 3\n"
     "NA;False;';inf\n"
     "\"False\";True;1,5;1,5\n"
     "\"True\";false;\"0.123456789012345678\";X\n"
     "\n",
     "B c0: nan|nan|0|1\n"
     "B c1: 1|0|1|0\n"
     "C c2: y|'|1,5|0.123456789012345678\n"
     "C c3:  3|inf|1,5|X\n"},
    {"random 89", ',', true, {NULL},
     "\"c0\",c1\n"
     "2.50,2.50\n"
     "0,\n",
     "N c0: 2.5|0\n"
     "N c1: 2.5|nan\n"},
    {"random 90", ',', true, {NULL},
     "\"c0\",c1\r\n"
     "x ,a;b\r\n"
     "-1,\t5",
     "C c0: x |-1\n"
     "C c1: a;b|\t5\n"},
    {"random 91", ',', true, {NULL},
     "c0,c1,c2,c3\n"
     "FALSE,-1,True,-.5\n"
     "True,\"0\",\"TRUE\",nan\n",
     "B c0: 0|1\n"
     "N c1: -1|0\n"
     "B c2: 1|1\n"
     "N c3: -0.5|nan\n"},
    {"random 92", ',', true, {NULL},
     "c0,c1,c2,c3,c4\n"
     "-1,y,NA, 3,nan\n"
     "\"1e3\",\"yes\",1e-7,\"NA\",\"two\r\n"
     "lines\"\n"
     "0.1,\"two\n"
     "lines\",,,\303\251\n"
     "0.1,2.50,-1,0,\"0.1\"\n"
     "-inf,4 ,1e3,-.5,2020-01-01\n"
     "\"-1\",1e,\"1e3\",,2020-01-01\n"
     "\n",
     "N c0: -1|1000|0.10000000000000001|0.10000000000000001|-inf|-1\n"
     "C c1: y|yes|two\n"
     "lines|2.50|4 |1e\n"
     "N c2: nan|9.9999999999999995e-08|nan|-1|1000|1000\n"
     "N c3: 3|nan|nan|0|-0.5|nan\n"
     "C c4: ~|two\r\n"
     "lines|\303\251|0.1|2020-01-01|2020-01-01\n"},
    {"random 93", ',', true, {NULL},
     "c0,c1,c2,c3\n"
     "nan,0.1,2.50,+7\n"
     "0.1,+7,2.50,nan\n"
     "-.5,-.5,4 ,NA\n"
     "-1,0,2.50,-1\n"
     "1e-7, 3,0,",
     "N c0: nan|0.10000000000000001|-0.5|-1|9.9999999999999995e-08\n"
     "N c1: 0.10000000000000001|7|-0.5|0|3\n"
     "N c2: 2.5|2.5|4|2.5|0\n"
     "N c3: 7|nan|nan|-1|nan\n"},
    {"random 94", '\t', true, {NULL},
     "c0\tc1\tc2\tc3\t\"c4\"\n"
     "1e-7\tNA\t0.1\t-inf\tTRUE\n"
     "\tFalse\t4 \tnan\t\n"
     "\t\"False\"\t-.5\t1e3\tFALSE\n"
     "-inf\tNA\t 3\t4 \tNA\n"
     "nan\tFALSE\t0\t\"-.5\"\tFALSE\n"
     "-inf\tFalse\t\"1e-7\"\t4 \t\n",
     "N c0: 9.9999999999999995e-08|nan|nan|-inf|nan|-inf\n"
     "B c1: nan|0|0|nan|0|0\n"
     "N c2: 0.10000000000000001|4|-0.5|3|0|9.9999999999999995e-08\n"
     "N c3: -inf|nan|1000|4|-0.5|4\n"
     "B c4: 1|nan|0|nan|0|nan\n"},
    {"random 95", ';', true, {NULL},
     "c0;c1\r\n"
     "true;\"FALSE\"\r\n"
     "FALSE;True\r\n"
     "false;TRUE\r\n"
     "NA;true\r\n"
     "NA;FALSE\r\n",
     "B c0: 1|0|0|nan|nan\n"
     "B c1: 0|1|1|1|0\n"},
    {"random 96", ',', true, {NULL},
     "c0,c1,c2\n"
     "123456789012,-Infinity,\"TRUE\"\n"
     "<NA>,TRUE,NA\n"
     "1e,,TRUE",
     "C c0: 123456789012|~|1e\n"
     "C c1: -Infinity|TRUE|~\n"
     "B c2: 1|nan|1\n"},
    {"random 97", ';', true, {NULL},
     "c0;\"c1\";c2\n"
     "NA;inf;1e3\n"
     "NA;\"inf\";\"-inf\"\n"
     "0;;nan\n"
     "\"0\";False;",
     "N c0: nan|nan|0|0\n"
     "C c1: inf|inf|~|False\n"
     "N c2: 1000|-inf|nan|nan\n"},
    {"random 98", ',', true, {NULL},
     "\"c0\",c1,c2,c3\r\n"
     "-inf,false,\"2.50\",1e-7\r\n"
     "1e3,FALSE,0,1e-7\r\n"
     "-.5,\"\",-1,1e-7\r\n"
     "2.50,true,2.50,-1\r\n"
     "4 ,True,,\r\n"
     "\r\n",
     "N c0: -inf|1000|-0.5|2.5|4\n"
     "B c1: 0|0|nan|1|1\n"
     "N c2: 2.5|0|-1|2.5|nan\n"
     "N c3: 9.9999999999999995e-08|9.9999999999999995e-08|9.9999999999999995e-08|-1|nan"
     "\n"},
    {"random 99", ',', true, {NULL},
     "\"c0\",c1,c2,\"c3\",\"c4\"\r\n"
     ",,true,true,TRUE\r\n"
     "\"FALSE\",NA,\"TRUE\",NA,y\r\n"
     "False,False,false,TRUE,\"+7\"\r\n"
     "\"TRUE\",\"NA\",,,NAN\r\n"
     "NA,false,NA,true,2020-01-01\r\n"
     ",TRUE,FALSE,FALSE,#\r\n",
     "B c0: nan|0|0|1|nan|nan\n"
     "B c1: nan|nan|0|nan|0|1\n"
     "B c2: 1|1|0|nan|nan|0\n"
     "B c3: 1|nan|1|nan|1|0\n"
     "C c4: TRUE|y|+7|NAN|2020-01-01|#\n"},
    {"random 100", ';', true, {NULL},
     "c0;\"c1\";c2;c3;c4\n"
     "TRUE;nan;+7; x;-.5\n"
     "nan;0.1;NA;0.1;1e3\n"
     "\"1_0\";4 ;0;\"a;b\";+7\n"
     "nan;0;\"\";0x10;0\n"
     "+7;\"+7\";;.;4 \n"
     "a b;nan; 3;0.123456789012345678;1e3\n",
     "C c0: TRUE|~|1_0|~|+7|a b\n"
     "N c1: nan|0.10000000000000001|4|0|7|nan\n"
     "N c2: 7|nan|0|nan|nan|3\n"
     "C c3:  x|0.1|a;b|0x10|.|0.123456789012345678\n"
     "N c4: -0.5|1000|7|0|4|1000\n"},
    {"random 101", '\t', true, {NULL},
     "c0\tc1\tc2\tc3\tc4\r\n"
     "\t\"\"\t\t-inf\tnan\r\n",
     "N c0: nan\n"
     "N c1: nan\n"
     "N c2: nan\n"
     "N c3: -inf\n"
     "N c4: nan\n"},
    {"random 102", ';', true, {NULL},
     "c0;c1;c2;c3\n"
     " 3;X;true;4 \n"
     "4 ;<NA>;\"\";\"-.5\"\n"
     " 3;\"y\";True;\n"
     "-inf;1;FALSE;4 \n"
     " 3;\"'\";false;-inf\n"
     "-.5;yes;True;\"1e3\"\n",
     "N c0: 3|4|3|-inf|3|-0.5\n"
     "C c1: X|~|y|1|'|yes\n"
     "B c2: 1|nan|1|0|0|1\n"
     "N c3: 4|-0.5|nan|4|-inf|1000\n"},
    {"random 103", ',', true, {NULL},
     "\"c0\",c1,c2\r\n"
     "-.5,NA,\303\251\r\n",
     "N c0: -0.5\n"
     "N c1: nan\n"
     "C c2: \303\251\n"},
    {"random 104", '\t', true, {NULL},
     "c0\tc1\r\n"
     "\"NA\"\t2.50\r\n"
     "0.1\t\"-1\"\r\n"
     "2.50\t+7\r\n",
     "N c0: nan|0.10000000000000001|2.5\n"
     "N c1: 2.5|-1|7\n"},
    {"random 105", ';', true, {NULL},
     "c0;c1\n"
     "NA;False\n"
     "2.50;\"say \"\"x\"\"\"\n"
     "1e3;-Infinity\n"
     "; 3\n"
     ";4 \n"
     "1e-7;",
     "N c0: nan|2.5|1000|nan|nan|9.9999999999999995e-08\n"
     "C c1: False|say \"x\"|-Infinity| 3|4 |~\n"},
    {"random 106", ';', true, {NULL},
     "c0;c1;c2;c3\n"
     "nan;2020-01-01;true;2.50\n"
     "1e3;;false;0.1\n"
     "\"2.50\";\"\"\"\";true;-.5",
     "N c0: nan|1000|2.5\n"
     "C c1: 2020-01-01|~|\"\n"
     "B c2: 1|0|1\n"
     "N c3: 2.5|0.10000000000000001|-0.5\n"},
    {"random 107", ';', true, {NULL},
     "c0;c1\n"
     "0.1;1e3\n"
     ";1e3\n"
     "1e3;0\n"
     ";-.5\n"
     "nan;\n",
     "N c0: 0.10000000000000001|nan|1000|nan|nan\n"
     "N c1: 1000|1000|0|-0.5|nan\n"},
    {"random 108", ',', true, {NULL},
     "\"c0\",c1,c2,c3,c4\n"
     ",1e3,\"true\",TRUE,-inf\n"
     "+7,2.50,true,False,1e-7\n"
     "nan,-.5,false,false,-.5\n"
     "-inf,0,\"\",\"False\",\n"
     "-1,-inf,true,false,-inf\n"
     " 3,+7,\"false\",FALSE,0\n"
     "\n",
     "N c0: nan|7|nan|-inf|-1|3\n"
     "N c1: 1000|2.5|-0.5|0|-inf|7\n"
     "B c2: 1|1|0|nan|1|0\n"
     "B c3: 1|0|0|0|0|0\n"
     "N c4: -inf|9.9999999999999995e-08|-0.5|nan|-inf|0\n"},
    {"random 109", ',', true, {NULL},
     "\"c0\",c1\n"
     "\"\",4 \n"
     "true,-inf",
     "B c0: nan|1\n"
     "N c1: 4|-inf\n"},
    {"random 110", '\t', true, {NULL},
     "c0\tc1\n"
     " 3\t0\n"
     "0\t12:30\n"
     "NA\t#\n"
     "\"-.5\"\t\"\t5\"\n"
     "\t\"say \"\"x\"\"\"\n"
     "\n",
     "N c0: 3|0|nan|-0.5|nan\n"
     "C c1: 0|12:30|#|\t5|say \"x\"\n"},
    {"random 111", ';', true, {NULL},
     "c0;c1\r\n"
     "1e; x\r\n"
     " 3;<NA>\r\n"
     "+7;-1",
     "C c0: 1e| 3|+7\n"
     "C c1:  x|~|-1\n"},
    {"random 112", ';', true, {NULL},
     "c0;\"c1\"\n"
     "True;#\n"
     "NA;False\n"
     "true;-1\n"
     "NA;0\n"
     "true;\"say \"\"x\"\"\"\n",
     "B c0: 1|nan|1|nan|1\n"
     "C c1: #|False|-1|0|say \"x\"\n"},
    {"random 113", ';', true, {NULL},
     "c0;c1;c2\n"
     "\134;;False\n"
     "None;FALSE;\"NA\"\n"
     "\"two\r\n"
     "lines\";true;NA\n"
     "-.5;true;\n"
     "a b;FALSE;FALSE\n"
     "1e-7;;TRUE\n"
     "\n",
     "C c0: \134|~|two\r\n"
     "lines|-.5|a b|1e-7\n"
     "B c1: nan|0|1|1|0|nan\n"
     "B c2: 0|nan|nan|nan|0|1\n"},
    {"random 114", ',', true, {NULL},
     "\"c0\",c1\r\n"
     "0,\r\n"
     " 3,a;b\r\n"
     " 3,\134\r\n"
     "-.5,0\r\n"
     "NA,x \r\n"
     "0.1,1\r\n"
     "\r\n",
     "N c0: 0|3|3|-0.5|nan|0.10000000000000001\n"
     "C c1: ~|a;b|\134|0|x |1\n"},
    {"random 115", ',', true, {NULL},
     "c0,c1,c2,c3,\"c4\"\r\n"
     "-1,\"1e3\",\"infinite\",0.1,1e3\r\n"
     " x,1e3,-Infinity,-inf,1e3\r\n"
     "+7,nan,None,-.5,4 \r\n"
     "\"1,5\",1e-7,0,\" 3\",0.1\r\n",
     "C c0: -1| x|+7|1,5\n"
     "N c1: 1000|1000|nan|9.9999999999999995e-08\n"
     "C c2: infinite|-Infinity|~|0\n"
     "N c3: 0.10000000000000001|-inf|-0.5|3\n"
     "N c4: 1000|1000|4|0.10000000000000001\n"},
    {"random 116", ',', true, {NULL},
     "c0,c1\n"
     "2.50, 3\n"
     "1e-7,0\n"
     "x,1e3\n",
     "C c0: 2.50|1e-7|x\n"
     "N c1: 3|0|1000\n"},
    {"random 117", ';', true, {NULL},
     "c0;c1;c2;c3;c4\n"
     ";\"a;b\";2020-01-01;\"-1\";-\n"
     ";-Infinity;123456789012;\"-inf\";None\n"
     "TRUE;NAN;-.5;0;-\n"
     "NA;False;False;-1;1e-7\n"
     "NA;False;False;0;-.5\n"
     "\n",
     "B c0: nan|nan|1|nan|nan\n"
     "C c1: a;b|-Infinity|NAN|False|False\n"
     "C c2: 2020-01-01|123456789012|-.5|False|False\n"
     "N c3: -1|-inf|0|-1|0\n"
     "C c4: -|~|-|1e-7|-.5\n"},
    {"random 118", ',', true, {NULL},
     "c0,c1,c2,\"c3\",c4\n"
     "TRUE, 3,None,\"0\",0\n"
     "False,-inf,\" 3\",nan,\"say \"\"x\"\"\"\n",
     "B c0: 1|0\n"
     "N c1: 3|-inf\n"
     "N c2: nan|3\n"
     "N c3: 0|nan\n"
     "C c4: 0|say \"x\"\n"},
    {"random 119", '\t', true, {NULL},
     "c0\t\"c1\"\tc2\tc3\tc4\n"
     "\"NA\"\t4 \t\"\t5\"\t+7\ttrue\n"
     "\n",
     "N c0: nan\n"
     "N c1: 4\n"
     "N c2: 5\n"
     "N c3: 7\n"
     "B c4: 1\n"},
    {"random 120", ',', true, {NULL},
     "c0,c1,c2\r\n"
     "',False,\r\n"
     "inf,\"true\",yes\r\n"
     "\"TRUE\",\"false\",<NA>\r\n"
     "\"NA\",False,\"two\r\n"
     "lines\"\r\n"
     "\"\",\"TRUE\",\"+7\"\r\n"
     "\r\n",
     "C c0: '|inf|TRUE|~|~\n"
     "B c1: 0|1|0|0|1\n"
     "C c2: ~|yes|~|two\r\n"
     "lines|+7\n"},
    {"random 121", ',', true, {NULL},
     "c0,c1\r\n"
     "\"2.50\",TRUE\r\n"
     "1e3,\"NA\"\r\n",
     "N c0: 2.5|1000\n"
     "B c1: 1|nan\n"},
    {"random 122", ',', true, {NULL},
     "c0,c1,c2,c3\r\n"
     "NA,4 ,1e-7,-inf",
     "N c0: nan\n"
     "N c1: 4\n"
     "N c2: 9.9999999999999995e-08\n"
     "N c3: -inf\n"},
    {"random 123", '\t', true, {NULL},
     "c0\tc1\tc2\tc3\tc4\n"
     " 3\t1e3\t 3\tnan\t-inf\n"
     "0\t\"nan\"\t1e-7\t-inf\t1e-7\n"
     "4 \t2.50\t\"0.1\"\t1e-7\t4 \n"
     "0.1\t\"-inf\"\tnan\t+7\t2.50\n",
     "N c0: 3|0|4|0.10000000000000001\n"
     "N c1: 1000|nan|2.5|-inf\n"
     "N c2: 3|9.9999999999999995e-08|0.10000000000000001|nan\n"
     "N c3: nan|-inf|9.9999999999999995e-08|7\n"
     "N c4: -inf|9.9999999999999995e-08|4|2.5\n"},
    {"random 124", ',', true, {NULL},
     "c0,c1,\"c2\",c3\r\n"
     "1e3,\"infinite\",2.50,NA\r\n",
     "N c0: 1000\n"
     "C c1: infinite\n"
     "N c2: 2.5\n"
     "N c3: nan\n"},
    {"random 125", ',', true, {NULL},
     "c0,c1,c2,c3\n"
     "2.50,+7,\"FALSE\",nan",
     "N c0: 2.5\n"
     "N c1: 7\n"
     "B c2: 0\n"
     "N c3: nan\n"},
    {"random 126", ';', true, {NULL},
     "c0;c1;c2\r\n"
     "-1;1e3;0.1\r\n"
     "NA;-1;\"1e-7\"\r\n"
     "1e-7;+7;-inf\r\n"
     "1e3;-1;4 \r\n"
     "1e-7;NA;1e3",
     "N c0: -1|nan|9.9999999999999995e-08|1000|9.9999999999999995e-08\n"
     "N c1: 1000|-1|7|-1|nan\n"
     "N c2: 0.10000000000000001|9.9999999999999995e-08|-inf|4|1000\n"},
    {"random 127", '\t', true, {NULL},
     "c0\tc1\tc2\tc3\n"
     "4 \t-inf\tTRUE\t-1\n"
     "-1\t\t\t-.5\n"
     "2.50\tnan\tFALSE\t\n",
     "N c0: 4|-1|2.5\n"
     "N c1: -inf|nan|nan\n"
     "B c2: 1|nan|0\n"
     "N c3: -1|-0.5|nan\n"},
    {"random 128", '\t', true, {NULL},
     "c0\tc1\tc2\n"
     "\"1e-7\"\tfalse\t\n"
     "0.1\t\"TRUE\"\ttrue\n"
     "0\tFALSE\tTrue\n"
     "-inf\tFalse\tfalse\n"
     "0.1\tfalse\tFalse\n",
     "N c0: 9.9999999999999995e-08|0.10000000000000001|0|-inf|0.10000000000000001\n"
     "B c1: 0|1|0|0|0\n"
     "B c2: nan|1|1|0|0\n"},
    {"random 129", ',', true, {NULL},
     "c0,c1,c2,\"c3\"\r\n"
     "0.1,\"\",NAN,\"-1\"\r\n"
     "0,\"NA\",0.123456789012345678,\"two\n"
     "lines\"\r\n"
     "1e-7,1e3,0.123456789012345678,-\r\n"
     "\r\n",
     "N c0: 0.10000000000000001|0|9.9999999999999995e-08\n"
     "N c1: nan|nan|1000\n"
     "C c2: NAN|0.123456789012345678|0.123456789012345678\n"
     "C c3: -1|two\n"
     "lines|-\n"},
    {"random 130", ',', true, {NULL},
     "c0,c1,c2,c3,c4\r\n"
     "False, 3,1_0,yes,0.1\r\n"
     ",\"1e-7\",1e3,,4 \r\n"
     "\"NA\",4 ,\"two\n"
     "lines\",2020-01-01,1e3\r\n"
     "false,0.1,\"say \"\"x\"\"\", 3,\"2.50\"\r\n"
     "\r\n",
     "B c0: 0|nan|nan|0\n"
     "N c1: 3|9.9999999999999995e-08|4|0.10000000000000001\n"
     "C c2: 1_0|1e3|two\n"
     "lines|say \"x\"\n"
     "C c3: yes|~|2020-01-01| 3\n"
     "N c4: 0.10000000000000001|4|1000|2.5\n"},
    {"random 131", '\t', true, {NULL},
     "c0\tc1\t\"c2\"\tc3\r\n"
     "2.50\t\tinfinite\tFALSE",
     "N c0: 2.5\n"
     "N c1: nan\n"
     "C c2: infinite\n"
     "B c3: 0\n"},
    {"random 132", ',', true, {NULL},
     "c0,c1,c2\n"
     "2020-01-01,false,false\n"
     "\134,true,true\n",
     "C c0: 2020-01-01|\134\n"
     "B c1: 0|1\n"
     "B c2: 0|1\n"},
    {"random 133", ';', true, {NULL},
     "c0;c1;c2;c3\n"
     "-1;\134;+7;false\n"
     "4 ;0x10;.;False\n"
     ";X;\"two\r\n"
     "lines\";FALSE\n"
     "nan;\"12:30\";\"NAN\";\n"
     "\n",
     "N c0: -1|4|nan|nan\n"
     "C c1: \134|0x10|X|12:30\n"
     "C c2: +7|.|two\r\n"
     "lines|NAN\n"
     "B c3: 0|0|0|nan\n"},
    {"random 134", ';', true, {NULL},
     "\"c0\";c1\n"
     "+7;\n"
     "-1;\n"
     "NA;\"a b\"\n",
     "N c0: 7|-1|nan\n"
     "C c1: ~|~|a b\n"},
    {"random 135", ',', true, {NULL},
     "c0,c1,c2,c3,c4\n"
     "-inf,1e3,\"1,5\",\"-inf\",1e3\n"
     "+7,\"\"\"\",+7,NA,1e3\n"
     "-inf,true,a b,0.1,1e3\n"
     "-inf,-,0.1,\"4 \",0.1\n"
     "2.50,\"NA\",2020-01-01,0.1,4 \n"
     "nan,0,2020-01-01,nan,1e-7\n"
     "\n",
     "N c0: -inf|7|-inf|-inf|2.5|nan\n"
     "C c1: 1e3|\"|true|-|~|0\n"
     "C c2: 1,5|+7|a b|0.1|2020-01-01|2020-01-01\n"
     "N c3: -inf|nan|0.10000000000000001|4|0.10000000000000001|nan\n"
     "N c4: 1000|1000|1000|0.10000000000000001|4|9.9999999999999995e-08\n"},
    {"random 136", ';', true, {NULL},
     "c0;\"c1\";c2;c3;c4\n"
     "-inf;-1;0;-.5;False\n"
     "-.5;2.50;\"\";2.50;a b\n"
     "2.50;0.1;NA;-.5;\"two\n"
     "lines\"\n"
     "0.1;0;-inf; 3;+7\n"
     "\n",
     "N c0: -inf|-0.5|2.5|0.10000000000000001\n"
     "N c1: -1|2.5|0.10000000000000001|0\n"
     "N c2: 0|nan|nan|-inf\n"
     "N c3: -0.5|2.5|-0.5|3\n"
     "C c4: False|a b|two\n"
     "lines|+7\n"},
    {"random 137", ',', true, {NULL},
     "c0,c1,c2\n"
     "4 ,\"false\",1e-7\n"
     "NA,True,-1\n"
     " 3,,\"1e3\"\n"
     "2.50,false,-.5\n"
     "0,True,0.1\n"
     " 3,false,nan\n",
     "N c0: 4|nan|3|2.5|0|3\n"
     "B c1: 0|1|nan|0|1|0\n"
     "N c2: 9.9999999999999995e-08|-1|1000|-0.5|0.10000000000000001|nan\n"},
    {"random 138", '\t', true, {NULL},
     "c0\tc1\tc2\r\n"
     "1e-7\t\t'\r\n"
     "NA\t1\tNone\r\n"
     "\r\n",
     "N c0: 9.9999999999999995e-08|nan\n"
     "N c1: nan|1\n"
     "C c2: '|~\n"},
    {"random 139", ',', true, {NULL},
     "\"c0\",c1,c2,c3,\"c4\"\n"
     "\303\251,NA,true,\"NA\",0\n"
     ".,2.50,True,,nan\n"
     "\303\251,1e3,False,\"1e3\",-.5\n"
     "\n",
     "C c0: \303\251|.|\303\251\n"
     "N c1: nan|2.5|1000\n"
     "B c2: 1|1|0\n"
     "N c3: nan|nan|1000\n"
     "N c4: 0|nan|-0.5\n"},
    {"random 140", ';', true, {NULL},
     "c0;\"c1\"\n"
     "\"-1\";1e3\n"
     "0;\"nan\"\n",
     "N c0: -1|0\n"
     "N c1: 1000|nan\n"},
    {"random 141", ',', true, {NULL},
     "\"c0\",c1,\"c2\"\r\n"
     "False,0.1,y\r\n"
     "TRUE,\"-inf\",NA\r\n",
     "B c0: 0|1\n"
     "N c1: 0.10000000000000001|-inf\n"
     "C c2: y|~\n"},
    {"random 142", ',', true, {NULL},
     "c0,c1\r\n"
     "1e3,2020-01-01\r\n"
     "1e3,\"+7\"\r\n"
     "0.1,None\r\n"
     "nan,X\r\n"
     "\"2.50\",4 \r\n"
     "-.5,\303\251\r\n"
     "\r\n",
     "N c0: 1000|1000|0.10000000000000001|nan|2.5|-0.5\n"
     "C c1: 2020-01-01|+7|~|X|4 |\303\251\n"},
    {"random 143", ';', true, {NULL},
     "c0;c1;c2;c3\r\n"
     "4 ;-1;0;4 \r\n"
     "0x10;1e-7; 3;\r\n"
     "a b;0x10; 3;nan\r\n"
     "\134; x;+7;\"4 \"\r\n"
     "12:30;0.1;-inf;\"0.1\"\r\n"
     "\"\134\";-.5;nan; 3\r\n",
     "C c0: 4 |0x10|a b|\134|12:30|\134\n"
     "C c1: -1|1e-7|0x10| x|0.1|-.5\n"
     "N c2: 0|3|3|7|-inf|nan\n"
     "N c3: 4|nan|nan|4|0.10000000000000001|3\n"},
    {"random 144", ',', true, {NULL},
     "c0,c1,c2,c3,c4\n"
     "nan,4 ,0,\"\303\251\",x \n"
     " x,\"-1\",4 ,\"a,b\",\"'\"\n"
     "0x10,4 ,1e-7,\"\"\"\",+7\n"
     "\"TRUE\",0,1e3,\"two\r\n"
     "lines\",x\n",
     "C c0: ~| x|0x10|TRUE\n"
     "N c1: 4|-1|4|0\n"
     "N c2: 0|4|9.9999999999999995e-08|1000\n"
     "C c3: \303\251|a,b|\"|two\r\n"
     "lines\n"
     "C c4: x |'|+7|x\n"},
    {"random 145", ',', true, {NULL},
     "c0,c1,c2,c3\n"
     "0.123456789012345678,4 ,1e-7,true",
     "N c0: 0.12345678901234568\n"
     "N c1: 4\n"
     "N c2: 9.9999999999999995e-08\n"
     "B c3: 1\n"},
    {"random 146", ';', true, {NULL},
     "c0;c1\r\n"
     "False;-.5\r\n"
     "0x10;0.1\r\n"
     " 3;\"1e3\"\r\n"
     "1_0;0.1\r\n",
     "C c0: False|0x10| 3|1_0\n"
     "N c1: -0.5|0.10000000000000001|1000|0.10000000000000001\n"},
    {"random 147", ';', true, {NULL},
     "c0;c1\n"
     "\"-1\";\"true\"\n"
     "\n",
     "N c0: -1\n"
     "B c1: 1\n"},
    {"random 148", ',', true, {NULL},
     "c0,c1,c2\n"
     "FALSE,1e3,\"nan\"",
     "B c0: 0\n"
     "N c1: 1000\n"
     "N c2: nan\n"},
    {"random 149", '\t', true, {NULL},
     "c0\tc1\n"
     "\t 3",
     "N c0: nan\n"
     "N c1: 3\n"},
};

#endif
